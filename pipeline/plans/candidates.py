"""What `candidates` builds: fitted sources, fusion weights, and each fold's candidates."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import polars as pl

from candidates import CoVisits
from candidates.source import Fitted, LearningSource, Source
from data.errors import AisleError
from data.tables import read_json, scan
from pipeline.plans.prepare import Fold, PrepareRun
from pipeline.settings.candidates import names_of
from pipeline.settings.config import Config
from pipeline.store.engine import Engine
from pipeline.store.store import Artifact, Store
from pipeline.tasks.describing import Described
from pipeline.tasks.fitting import Past, build_history_tables, build_source
from pipeline.tasks.fold import history_shards
from pipeline.tasks.pairs import build_pair_tables
from pipeline.tasks.proposing import TuningQueries, build_candidates, build_fusion, build_learnt
from pipeline.tasks.recall import build_recall


@dataclass(frozen=True)
class Proposed:
    """A fold's candidates and what they were made with."""

    fold: Fold
    candidates: list[Artifact]
    history_tables: Artifact
    pair_tables: Artifact

    @property
    def tables(self) -> list[Artifact]:
        """All that features are made from."""
        return [self.fold.tables, *self.candidates, self.history_tables, self.pair_tables]

    @property
    def files(self) -> list[Path]:
        """CANDIDATES, a file a shard."""
        return [a.path / f"{shard:03d}.parquet" for shard, a in enumerate(self.candidates)]


class CandidatesRun(PrepareRun):
    """Builds the artifacts of `candidates` on those of `prepare`."""

    def __init__(self, config: Config, store: Store, engine: Engine | None = None) -> None:
        super().__init__(config, store, engine)
        self._sources: dict[str, dict[str, tuple[Artifact, Fitted]]] = {}

    @cached_property
    def valid_proposed(self) -> Proposed:
        """The valid fold's candidates."""
        return self._proposed(self.valid)

    @cached_property
    def test_proposed(self) -> Proposed:
        """The test fold's candidates, from sources that have learnt from all before it."""
        return self._proposed(self.test)

    def _past(self, fold: Fold) -> Past:
        config = self.config
        shards = history_shards(self.log.path, fold.window.until, config.sampling, config.shards)
        past = Past(shards, fold.window.until, self.log.path)
        if not config.transductive:
            return past
        # a visible session is none of the history's, even where a test file happens to use the same key
        first = int(scan(self.log.path / "keys" / "session.parquet").select(pl.len()).collect().item())
        sessions = scan(fold.tables.path / "queries").select("query", session=pl.col("query") + first)
        seen = scan(fold.tables.path / "prefixes").join(sessions, on="query", validate="m:1")
        columns = shards[0].collect_schema().names()
        latest = seen.select(pl.col("ts").max()).collect().item()
        until = max(fold.window.until, latest + timedelta(milliseconds=1))
        return replace(past, shards=[*past.shards, seen.sort("session", "position").select(columns)], until=until)

    def _fitted(self, fold: Fold, past: Past) -> dict[str, tuple[Artifact, Fitted]]:
        config, name = self.config, fold.window.name
        if name in self._sources:
            return self._sources[name]
        done: dict[str, tuple[Artifact, Fitted]] = {}
        waiting = list(self.sources)
        while waiting:
            ready = next((s for s in waiting if set(s.needs) <= set(done)), None)
            if ready is None:
                lacking = {s.name: sorted(set(s.needs) - set(done)) for s in waiting}
                raise AisleError(f"`candidates.sources`: {lacking} need sources that are not configured.")
            waiting.remove(ready)
            needed = {name: done[name][1] for name in ready.needs}
            artifact = self.store.make(
                f"{self.where}{fold.window.name}/sources/{ready.name}",
                partial(build_source, source=ready, past=past, fitted=needed, engine=self.engine),
                config=[ready, fold.window.until, config.sampling, config.transductive],
                needs=[self.log, *self._transduced(fold), *(done[name][0] for name in ready.needs)],
            )
            folders = {name: artifact.path / name for name in names_of(ready)} if isinstance(ready, CoVisits) else {}
            done |= {name: (artifact, Fitted(folder)) for name, folder in folders.items()}
            done[ready.name] = artifact, Fitted(artifact.path)
        self._sources[name] = done
        return done

    @cached_property
    def sources(self) -> list[Source]:
        """The sources of this run, with what they have learnt on the valid fold's `tune` part."""
        return [self._learnt(source) for source in self.config.proposing]

    def _learnt(self, source: Source) -> Source:
        if not (isinstance(source, LearningSource) and self.config.candidates.learn):
            return source
        made = self.store.make(
            f"{self.where}valid/learnt/{source.name}",
            partial(build_learnt, source=source, queries=self._tuning_queries),
            config=[source, self._tuning_queries.most],
            needs=[self.valid.tables],
        )
        learnt: Source = replace(source, **read_json(made.path / "fields.json"))  # type: ignore[type-var]
        return learnt

    @property
    def _tuning_queries(self) -> TuningQueries:
        return TuningQueries(self.valid.tables.path, self.config.candidates.tune_queries)

    def _transduced(self, fold: Fold) -> list[Artifact]:
        return [fold.tables] if self.config.transductive else []

    @cached_property
    def order(self) -> Artifact:
        """How candidates are put in order: fusion, and the first stage's model."""
        config, fold = self.config, self.valid
        sources = self._fitted(fold, self._past(fold))
        return self.store.make(
            f"{self.where}valid/fusion",
            partial(
                build_fusion,
                queries=self._tuning_queries,
                sources=self.sources,
                fitted={name: fitted for name, (_, fitted) in sources.items()},
                per_source=config.candidates.per_source,
                first_stage=config.candidates.first_stage,
            ),
            config=[
                self.sources,
                config.candidates.per_source,
                self._tuning_queries.most,
                config.candidates.first_stage,
            ],
            needs=[fold.tables, *(artifact for artifact, _ in sources.values())],
        )

    def _proposed(self, fold: Fold) -> Proposed:
        config, past = self.config, self._past(fold)
        sources = self._fitted(fold, past)
        about = f"{self.where}{fold.window.name}"
        how: dict[str, Any] = {
            "fold": fold.tables.path,
            "sources": self.sources,
            "fitted": {name: fitted for name, (_, fitted) in sources.items()},
            "per_source": config.candidates.per_source,
            "order": self.order.path,
            "threads": config.rankers.model.boosting.threads,
        }
        needs = [fold.tables, self.order, *(artifact for artifact, _ in sources.values())]
        settings = [self.sources, config.candidates.per_source, how["threads"]]
        proposed = self.engine.map(
            lambda shard: self.store.make(
                f"{about}/candidates/{shard:03d}",
                partial(build_candidates, shard=shard, **how),
                config=settings,
                needs=needs,
            ),
            range(config.shards),
        )
        history_tables = self.store.make(
            f"{about}/history",
            partial(
                build_history_tables, past=past, fold=fold.tables.path, items=fold.items, groups=config.feature_groups
            ),
            config=[fold.window.until, config.sampling, config.transductive, config.feature_names],
            needs=[self.log, fold.tables],
        )
        fitted = how["fitted"]
        pair_tables = self.store.make(
            f"{about}/pairs",
            partial(build_pair_tables, fitted=fitted),
            config=list(fitted),
            needs=[artifact for artifact, _ in sources.values()],
        )
        return Proposed(fold, proposed, history_tables, pair_tables)

    def described(self, proposed: Proposed) -> Described:
        """What a fold's features are made from."""
        folder, fold = proposed.candidates[0].path.parent, proposed.fold
        tables = proposed.history_tables.path, proposed.pair_tables.path
        total, groups = self.config.candidates.total, self.config.feature_groups
        return Described(fold.tables.path, folder, *tables, fold.items, total, groups)

    @property
    def description(self) -> list[Any]:
        """What decides how candidates are described."""
        return [self.config.candidates.total, self.config.feature_names]

    def candidate_recall(self, proposed: Proposed) -> dict[str, Any] | None:
        """What each source is worth in a fold (see `pipeline.tasks.recall`); null where the fold has no labels."""
        fold = proposed.fold
        if fold.labels is None:
            return None
        made = self.store.make(
            f"{self.where}{fold.window.name}/recall",
            partial(
                build_recall,
                candidates=proposed.files,
                labels=fold.labels.path / "labels",
                order=self.order.path,
            ),
            needs=[*proposed.candidates, fold.labels, self.order],
        )
        return read_json(made.path / "recall.json")
