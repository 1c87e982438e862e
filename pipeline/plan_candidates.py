"""What `candidates` builds: fitted sources, fusion weights, and each fold's candidates."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import polars as pl

from candidates.source import Fitted, Source
from data.errors import AisleError
from pipeline.config import Config
from pipeline.describing import Described
from pipeline.engine import Engine
from pipeline.fitting import Past, build_history_tables, build_source
from pipeline.folding import history_shards
from pipeline.plan_prepare import Fold, PrepareRun
from pipeline.proposing import build_candidates, build_weights
from pipeline.recalling import build_recall
from pipeline.store import Artifact, Store
from pipeline.tables import read_json, scan


@dataclass(frozen=True)
class Proposed:
    """A fold's candidates and what they were made with."""

    fold: Fold
    candidates: list[Artifact]
    history_tables: Artifact

    @property
    def files(self) -> list[Path]:
        """CANDIDATES, a file a shard."""
        return [a.path / f"{shard:03d}.parquet" for shard, a in enumerate(self.candidates)]

    def described(self, total: int) -> Described:
        """What the fold's features are made from."""
        folder = self.candidates[0].path.parent
        return Described(self.fold.tables.path, folder, self.history_tables.path, self.fold.items, total)


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
        past = Past(shards, fold.window.until, self.log.path / "items.parquet")
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
        waiting: list[Source] = list(config.proposing)
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
            done[ready.name] = artifact, Fitted(artifact.path)
        self._sources[name] = done
        return done

    def _transduced(self, fold: Fold) -> list[Artifact]:
        return [fold.tables] if self.config.transductive else []

    @cached_property
    def weights(self) -> Artifact:
        """Fusion weights."""
        config, fold = self.config, self.valid
        sources = self._fitted(fold, self._past(fold))
        return self.store.make(
            f"{self.where}valid/fusion",
            partial(
                build_weights,
                fold=fold.tables.path,
                sources=config.proposing,
                fitted={name: fitted for name, (_, fitted) in sources.items()},
                per_source=config.candidates.per_source,
                most_queries=config.candidates.tune_queries,
            ),
            config=[config.proposing, config.candidates.per_source, config.candidates.tune_queries],
            needs=[fold.tables, *(artifact for artifact, _ in sources.values())],
        )

    def _proposed(self, fold: Fold) -> Proposed:
        config, past = self.config, self._past(fold)
        sources = self._fitted(fold, past)
        about = f"{self.where}{fold.window.name}"
        how: dict[str, Any] = {
            "fold": fold.tables.path,
            "sources": config.proposing,
            "fitted": {name: fitted for name, (_, fitted) in sources.items()},
            "per_source": config.candidates.per_source,
            "weights": self.weights.path,
        }
        needs = [fold.tables, self.weights, *(artifact for artifact, _ in sources.values())]
        settings = [config.proposing, config.candidates.per_source]
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
            partial(build_history_tables, past=past, items=fold.items),
            config=[fold.window.until, config.sampling, config.transductive],
            needs=[self.log, fold.asked, *self._transduced(fold)],
        )
        return Proposed(fold, proposed, history_tables)

    def candidate_recall(self, proposed: Proposed) -> dict[str, Any] | None:
        """What each source is worth in a fold (see `pipeline.recalling`); null where the fold has no labels."""
        fold = proposed.fold
        if fold.labels is None:
            return None
        made = self.store.make(
            f"{self.where}{fold.window.name}/recall",
            partial(
                build_recall,
                candidates=proposed.files,
                labels=fold.labels.path / "labels",
                weights=self.weights.path / "weights.json",
            ),
            needs=[*proposed.candidates, fold.labels, self.weights],
        )
        return read_json(made.path / "recall.json")
