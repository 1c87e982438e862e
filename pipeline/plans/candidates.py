"""What `candidates` builds: fitted sources, their order, and each fold's candidates."""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from candidates.covisit.source import CoVisits
from candidates.source import LearningSource, Source
from candidates.sources.word2vec import Word2Vec
from data.errors import AisleError
from data.filters import Filters
from data.popularity import DEEP, TOP
from data.tables import read_json
from data.warned import read_warnings
from pipeline.plans.budget import queries_within, roomy
from pipeline.plans.place import Place
from pipeline.plans.prepare import SPARE, Fold, Preparation
from pipeline.settings.candidates import names_of
from pipeline.settings.config import Config, input_file
from pipeline.store.task import Artifact, RawFile
from pipeline.tasks.candidates import QUERIES_AT_ONCE, CandidateShard
from pipeline.tasks.description import Description
from pipeline.tasks.filters import FilterTables
from pipeline.tasks.history import HistoryTable, PopularItems, history_groups
from pipeline.tasks.learnt import LearntFields, TuningQueries
from pipeline.tasks.order import CandidateOrder
from pipeline.tasks.pairs import PairTables
from pipeline.tasks.past import Past
from pipeline.tasks.recall import CandidateRecall
from pipeline.tasks.rules import RuleTables
from pipeline.tasks.served import ServedQuestions
from pipeline.tasks.shards import shard_files
from pipeline.tasks.shown import ShownShard
from pipeline.tasks.similar import SimilarItems
from pipeline.tasks.source import Fit, FittedSource

MOST_RANK = 65_535
"""Of a candidate: a description that is cut here is not cut."""


@dataclass(frozen=True)
class Proposed:
    """A fold's candidates and what they are described from."""

    fold: Fold
    candidates: tuple[Artifact, ...]
    popular: Artifact
    description: Description

    @property
    def files(self) -> list[Path]:
        """CANDIDATES, a file a shard."""
        return shard_files(self.candidates)


class Proposing:
    """Builds the candidates of both folds, each once and only when asked for.

    Parameters
    ----------
    config
        The configuration.
    place
        Where artifacts lie.
    prepared
        The folds.
    """

    def __init__(self, config: Config, place: Place, prepared: Preparation) -> None:
        self.config = config
        self.place = place
        self.prepared = prepared
        self._fits: dict[str, dict[str, Fit]] = {}

    @cached_property
    def valid(self) -> Proposed:
        """The valid fold's candidates."""
        return self._proposed(self.prepared.valid)

    @cached_property
    def test(self) -> Proposed:
        """The test fold's candidates, from sources that have learnt from all before it."""
        return self._proposed(self.prepared.test)

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The sources of this run, with what they have learnt on the valid fold's `tune` part."""
        return tuple(roomy(self._learnt(source), self.config.memory_bytes) for source in self.config.proposing)

    @cached_property
    def order(self) -> Artifact:
        """How candidates are put in order: fusion, and the first stage's model."""
        settings = self.config.candidates
        fits = self.fits(self.prepared.valid)
        task = CandidateOrder(self._tuning, self.sources, fits, settings.per_source, settings.first_stage)
        return self.place.make("valid/fusion", task)

    def fits(self, fold: Fold) -> dict[str, Fit]:
        """The sources fitted on a fold's history, and the members that have folders of their own, by name."""
        name = fold.window.name
        if name not in self._fits:
            self._fits[name] = self._fitted(fold, self.past(fold))
        return self._fits[name]

    @cached_property
    def barred(self) -> Artifact | None:
        """What may not be proposed in the scored fold; null where everything may."""
        config, filters, fold = self.config, self.config.filters, self.prepared.test
        if filters == Filters():
            return None
        files = {rule: RawFile(input_file(given, f"filters.{rule}")) for rule, given in filters.files.items()}
        ever = filters.bought == "ever"
        task = FilterTables(files, config.input.format, ever, fold.asked, self.prepared.log, fold.window.until)
        made = self.place.make("test/filters", task)
        self.prepared.heed("filters", read_warnings(made.path))
        return made

    @cached_property
    def rules(self) -> Artifact | None:
        """The shop's own rules over lists of the scored fold; null where there are none."""
        config, fold = self.config, self.prepared.test
        if config.rules is None:
            return None
        file = RawFile(input_file(config.rules, "rules"))
        known = self.prepared.log, fold.window.until
        made = self.place.make("test/rules", RuleTables(file, config.input.format, fold.tables, fold.asked, *known))
        self.prepared.heed("rules", read_warnings(made.path))
        return made

    @cached_property
    def fillers(self) -> Artifact:
        """Popular items that may be proposed, many of them where some visitors must not be shown the first."""
        config, barred = self.config, self.barred
        if barred is None and config.rules is None:
            return self.test.popular
        few = config.filters.bought == "keep" and config.rules is None
        most = 2 * max(config.top, TOP) + 1 if few else DEEP
        return self.place.make("test/fillers", PopularItems(self.past(self.prepared.test), most, barred))

    @cached_property
    def similar(self) -> Artifact | None:
        """Every item's neighbours, published as neighbours.parquet; null where none are wanted or learnt."""
        fold, most = self.prepared.test, self.config.similar
        learnt = {name: fit for name, fit in self.fits(fold).items() if fit.has_neighbours}
        sources = {source.name: source for source in self.sources}
        first = {n: fit for n, fit in learnt.items() if n not in sources or isinstance(sources[n], Word2Vec)}
        tables = first or learnt
        if not (most and tables):
            return None
        made = self.place.make("test/similar", SimilarItems(tables, fold.tables, most, self.barred))
        self.place.publish(made, "neighbours.parquet")
        return made

    def recall(self, proposed: Proposed) -> Artifact | None:
        """What each source is worth in a fold; null where the fold has no labels."""
        fold = proposed.fold
        if fold.labels is None:
            return None
        task = CandidateRecall(proposed.candidates, fold.labels, self.order)
        return self.place.make(f"{fold.window.name}/recall", task)

    def recalls(self, proposed: Proposed) -> dict[str, Any] | None:
        """The same as in recall.json."""
        made = self.recall(proposed)
        return read_json(made.path / "recall.json") if made else None

    def _learnt(self, source: Source) -> Source:
        if not (isinstance(source, LearningSource) and self.config.candidates.learn):
            return source
        made = self.place.make(f"valid/learnt/{source.name}", LearntFields(source, self._tuning))
        learnt: Source = replace(source, **read_json(made.path / "fields.json"))  # type: ignore[type-var]
        return learnt

    @property
    def _tuning(self) -> TuningQueries:
        return TuningQueries(self.prepared.valid.tables, self.config.candidates.tune_queries)

    def past(self, fold: Fold) -> Past:
        """What a fold may learn from."""
        config = self.config
        seen = fold.tables if config.transductive else None
        return Past(self.prepared.log, fold.window.until, config.sampling, config.shards, seen)

    def _fitted(self, fold: Fold, past: Past) -> dict[str, Fit]:
        done: dict[str, Fit] = {}
        waiting = list(self.sources)
        while waiting:
            ready = next((s for s in waiting if set(s.needs) <= set(done)), None)
            if ready is None:
                lacking = {s.name: sorted(set(s.needs) - set(done)) for s in waiting}
                raise AisleError(f"`candidates.sources`: {lacking} need sources that are not configured.")
            waiting.remove(ready)
            task = FittedSource(ready, past, {name: done[name] for name in ready.needs})
            artifact = self.place.make(f"{fold.window.name}/sources/{ready.name}", task)
            members = names_of(ready) if isinstance(ready, CoVisits) else []
            done |= {name: Fit(artifact, name) for name in members}
            done[ready.name] = Fit(artifact)
        return done

    def _proposed(self, fold: Fold) -> Proposed:
        config, name = self.config, fold.window.name
        fits, past = self.fits(fold), self.past(fold)
        candidates = self._shards(f"{name}/candidates", fold.tables, fits)
        popular = self.place.make(f"{name}/popular", PopularItems(past, 2 * max(config.top, TOP) + 1))
        pairs = self.place.make(f"{name}/pairs", PairTables(fits))
        history, groups = self._history(fold, past), config.feature_groups
        description = Description(fold.tables, candidates, history, pairs, config.candidates.total, groups)
        return Proposed(fold, candidates, popular, description)

    def served(self, file: str) -> Proposed:
        """Served lists' questions in the valid fold, asked of its sources and described by its tables."""
        config, valid = self.config, self.valid
        fold, log, total = valid.fold, self.prepared.log, config.candidates.total
        timezone, lists = config.input.format.timezone, RawFile(input_file(file, "rankers.served"))
        enough = math.ceil(SPARE * config.training_size.train_queries)
        how = fold.window, config.asking, config.sampling, config.shards, timezone, enough
        asked = self.place.make("valid/served/questions", ServedQuestions(lists, log, fold.tables, *how))
        self.prepared.heed("valid/served", read_warnings(asked.path))
        proposed = self._shards("valid/served/candidates", asked, self.fits(fold))
        shown = self.place.make_shards(
            "valid/served/shown", [ShownShard(made, shard, asked, total) for shard, made in enumerate(proposed)]
        )
        description = replace(valid.description, fold=asked, candidates=shown, total=MOST_RANK)
        return replace(valid, fold=replace(fold, tables=asked), candidates=shown, description=description)

    def _shards(self, name: str, tables: Artifact, fits: dict[str, Fit]) -> tuple[Artifact, ...]:
        """What the sources propose to a fold's questions, a shard an artifact."""
        per_source, threads = self.config.candidates.per_source, self.config.rankers.model.boosting.threads
        at_once = queries_within(QUERIES_AT_ONCE, self.config.memory_bytes)
        tasks = [
            CandidateShard(tables, shard, self.sources, fits, per_source, self.order, threads, at_once)
            for shard in range(self.config.shards)
        ]
        return self.place.make_shards(name, tasks)

    def _history(self, fold: Fold, past: Past) -> dict[str, Artifact]:
        groups = history_groups(self.config.feature_groups)
        tasks = {
            g.name: HistoryTable(g, past, fold.tables if {"asked", "items"} & set(g.reads) else None) for g in groups
        }
        made = self.place.make_all({f"{fold.window.name}/history/{name}": task for name, task in tasks.items()})
        return dict(zip(tasks, made, strict=True))
