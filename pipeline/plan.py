"""A run as a chain of artifacts: each names what it is made from, and is built when that has changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import polars as pl

from candidates.source import Fitted, Source
from data.errors import AisleError
from data.formats import LogFormat
from data.labels import code_labels
from data.readers.generic import read_generic_labels
from data.schema import TYPES, Labels
from data.synthetic import write_shop
from pipeline.config import Config, input_files
from pipeline.describing import Described, build_training_rows
from pipeline.engine import Engine, HereEngine
from pipeline.fitting import Past, build_history_tables, build_source
from pipeline.folding import Window, boundaries_of, build_fold, history_shards, windows_of
from pipeline.ingest import build_log
from pipeline.measuring import build_metrics
from pipeline.proposing import build_candidates, build_weights
from pipeline.scoring import build_answers, build_ranked
from pipeline.store import Artifact, Store, publish
from pipeline.tables import scan, write
from pipeline.training import build_model, build_plan


@dataclass(frozen=True)
class Fold:
    """A fold's artifacts as far as `prepare` makes them."""

    window: Window
    log: Artifact
    asked: Artifact
    tables: Artifact
    labels: Artifact | None

    @property
    def items(self) -> Path:
        """ITEMS with all that the fold's sessions touch."""
        return self.asked.path / "items.parquet"


@dataclass(frozen=True)
class Proposed:
    """A fold's candidates and what they were made with."""

    fold: Fold
    candidates: list[Artifact]
    history_tables: Artifact

    def described(self, total: int) -> Described:
        """What the fold's features are made from."""
        folder = self.candidates[0].path.parent
        return Described(self.fold.tables.path, folder, self.history_tables.path, self.fold.items, total)


class Run:
    """Builds a run's artifacts, each once, from the raw log to the metrics.

    Parameters
    ----------
    config
        The configuration.
    store
        Where artifacts lie.
    engine
        Where shards run.
    """

    def __init__(self, config: Config, store: Store, engine: Engine | None = None) -> None:
        self.config = config
        self.store = store
        self.engine = engine or HereEngine()
        self._sources: dict[str, dict[str, tuple[Artifact, Fitted]]] = {}
        self.where = f"samples/{config.sampling.tag}/" if config.sampling.tag else ""

    @property
    def output(self) -> Path:
        """Where results are published: the working directory, or a sample's own folder in it."""
        return self.store.root / self.where

    # -- prepare -------------------------------------------------------------------------------------------

    @cached_property
    def log_files(self) -> tuple[list[Path], LogFormat, list[Artifact]]:
        """The raw log's files and their format; generated first where none was given."""
        config = self.config
        if config.train is not None:
            return input_files(config.train), config.input.format, []
        shop = config.input.synthetic
        assert shop is not None
        made = self.store.make("shop", lambda into: {"events": write_shop(shop, into / "log.parquet")}, config=shop)
        return [made.path / "log.parquet"], config.input.format, [made]

    @cached_property
    def log(self) -> Artifact:
        """The log's tables."""
        files, log_format, needs = self.log_files
        return self._ingest("log", files, replace(self.config.ingest, format=log_format), needs, None)

    @cached_property
    def test_log(self) -> Artifact | None:
        """The test file's tables, with the log's codes."""
        config = self.config
        if config.test is None:
            return None
        how = config.ingest
        if how.reader.synthetic_clock:  # a made-up clock goes on where the log's has ended
            after = self._boundaries().end + timedelta(seconds=1)
            how = replace(how, format=replace(how.format, clock_start=after.astimezone(UTC).replace(tzinfo=None)))
        return self._ingest("test/log", input_files(config.test), how, [self.log], self.log.path)

    def _ingest(self, name: str, files: list[Path], how: Any, needs: list[Artifact], known: Path | None) -> Artifact:  # noqa: ANN401
        bad_copy = self.store.root / f"{name.replace('/', '-')}-quarantine.parquet"
        build = partial(build_log, files=files, how=how, known=known, bad_copy=bad_copy)
        return self.store.make(name, build, config=how, needs=needs, files=[] if self.config.train is None else files)

    def _boundaries(self) -> Any:  # noqa: ANN401
        return boundaries_of(self.log.path, self.config.folds, self.config.test is not None)

    @cached_property
    def valid(self) -> Fold:
        """The fold that trains the rankers."""
        return self._fold("valid", self.log)

    @cached_property
    def test(self) -> Fold:
        """The fold that is scored."""
        return self._fold("test", self.test_log or self.log)

    def _fold(self, name: str, asked: Artifact) -> Fold:
        config = self.config
        window = windows_of(self._boundaries(), config.folds, config.test is not None)[name]
        how = {"log": self.log.path, "asked": asked.path, "window": window}
        how |= {"folds": config.folds, "sampling": config.sampling, "shards": config.shards}
        tables = self.store.make(
            f"{self.where}{name}/fold",
            partial(build_fold, **how),  # type: ignore[arg-type]
            config=[window, config.folds, config.sampling, config.shards],
            needs=[self.log, asked],
        )
        return Fold(window, self.log, asked, tables, self._labels(name, tables, asked))

    def _labels(self, name: str, tables: Artifact, asked: Artifact) -> Artifact | None:
        config, reader = self.config, self.config.ingest.reader
        if name == "valid" or config.test is None or config.folds.cut_test_file is not None:
            return tables
        given = config.labels or (config.test if reader.labels_in_test else None)
        if given is None:
            return None
        files = input_files(given)
        read = reader.labels or read_generic_labels

        def build(into: Path) -> dict[str, Any]:
            rows = pl.concat([read(file, config.input.format) for file in files])
            queries = scan(tables.path / "queries").collect()
            labels = code_labels(rows, queries, pl.read_parquet(asked.path / "items.parquet"))
            others = rows["session"].cast(pl.String).is_in(queries["session_key"].implode()).not_().sum()
            count = write(Labels.validate(labels, cast=True), into / "labels" / "000.parquet")
            return {"labels": count, "of other sessions": others}

        needs = [tables, asked]
        return self.store.make(f"{self.where}test/labels", build, config=config.input.format, needs=needs, files=files)

    # -- candidates ----------------------------------------------------------------------------------------

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
        if not config.transductive:
            return Past(shards, fold.window.until)
        # a visible session is none of the history's, even where a test file happens to use the same key
        first = int(scan(self.log.path / "keys" / "session.parquet").select(pl.len()).collect().item())
        sessions = scan(fold.tables.path / "queries").select("query", session=pl.col("query") + first)
        seen = scan(fold.tables.path / "prefixes").join(sessions, on="query", validate="m:1")
        columns = shards[0].collect_schema().names()
        latest = seen.select(pl.col("ts").max()).collect().item()
        until = max(fold.window.until, latest + timedelta(milliseconds=1))
        return Past([*shards, seen.sort("session", "position").select(columns)], until)

    def _fitted(self, fold: Fold, past: Past) -> dict[str, tuple[Artifact, Fitted]]:
        config, name = self.config, fold.window.name
        if name in self._sources:
            return self._sources[name]
        done: dict[str, tuple[Artifact, Fitted]] = {}
        waiting: list[Source] = list(config.candidates.all)
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
                sources=config.candidates.all,
                fitted={name: fitted for name, (_, fitted) in sources.items()},
                per_source=config.candidates.per_source,
                most_queries=config.candidates.tune_queries,
            ),
            config=[config.candidates.all, config.candidates.per_source, config.candidates.tune_queries],
            needs=[fold.tables, *(artifact for artifact, _ in sources.values())],
        )

    def _proposed(self, fold: Fold) -> Proposed:
        config, past = self.config, self._past(fold)
        sources = self._fitted(fold, past)
        about = f"{self.where}{fold.window.name}"
        how: dict[str, Any] = {
            "fold": fold.tables.path,
            "sources": config.candidates.all,
            "fitted": {name: fitted for name, (_, fitted) in sources.items()},
            "per_source": config.candidates.per_source,
            "weights": self.weights.path,
        }
        needs = [fold.tables, self.weights, *(artifact for artifact, _ in sources.values())]
        settings = [config.candidates.all, config.candidates.per_source]
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

    # -- rank ----------------------------------------------------------------------------------------------

    @cached_property
    def training_rows(self) -> Artifact:
        """The valid fold's described candidates with their labels."""
        config, proposed = self.config, self.valid_proposed
        source = proposed.described(config.candidates.total)
        return self.store.make(
            f"{self.where}valid/training",
            partial(build_training_rows, source=source, size=config.training_size, shards=config.shards),
            config=[config.training_size, config.candidates.total],
            needs=[proposed.fold.tables, *proposed.candidates, proposed.history_tables],
        )

    @cached_property
    def model_plan(self) -> Artifact:
        """Which model serves which objective."""
        minimum = self.config.rankers.size.min_positive_queries
        return self.store.make(
            f"{self.where}models/plan",
            partial(build_plan, rows=self.training_rows.path, fold=self.valid.tables.path, minimum=minimum),
            config=minimum,
            needs=[self.training_rows, self.valid.tables],
        )

    @cached_property
    def models(self) -> Mapping[str, Artifact]:
        """The model of each trained objective."""
        rows, how = self.training_rows, self.config.rankers.model
        served = {o: model for o in TYPES if (model := self._plan()["models"][o]) is not None}
        shared = [o for o, model in served.items() if model != o]
        if shared:
            self.store.report(f"{', '.join(shared)}: too few queries for an own model, one over all types serves")
        made = {
            model: self.store.make(
                f"{self.where}models/{model}",
                partial(build_model, rows=rows.path, objective=model, how=how),
                config=how,
                needs=[rows],
            )
            for model in dict.fromkeys(served.values())
        }
        return {objective: made[model] for objective, model in served.items()}

    def _plan(self) -> dict[str, Any]:
        return read_json(self.model_plan.path / "plan.json")

    @cached_property
    def answers(self) -> Artifact:
        """RANKED, and the same in the shop's keys."""
        config, proposed = self.config, self.test_proposed
        models = self.models
        if not models:
            raise AisleError(
                "the valid fold has no label among its candidates, so no ranker can learn; widen `folds.valid`."
            )
        source = proposed.described(config.candidates.total)
        threads = config.rankers.model.boosting.threads
        how: dict[str, Any] = {"source": source, "models": {o: a.path for o, a in models.items()}, "threads": threads}
        needs = [proposed.fold.tables, *proposed.candidates, proposed.history_tables, *models.values()]
        ranked = self.engine.map(
            lambda shard: self.store.make(
                f"{self.where}test/ranked/{shard:03d}",
                partial(build_ranked, shard=shard, **how),
                config=[config.candidates.total, threads],
                needs=needs,
            ),
            range(config.shards),
        )
        otto = config.input.format.reader.startswith("otto")
        answers = self.store.make(
            f"{self.where}test/answers",
            partial(
                build_answers,
                ranked=[a.path / f"{shard:03d}.parquet" for shard, a in enumerate(ranked)],
                fold=proposed.fold.tables.path,
                items=proposed.fold.items,
                otto=otto,
            ),
            config=otto,
            needs=[*ranked, proposed.fold.tables, proposed.fold.asked],
        )
        for file in ("recommendations.parquet", *(["submission.csv"] if otto else [])):
            publish(answers.path / file, self.output / file)
        return answers

    # -- evaluate ------------------------------------------------------------------------------------------

    @cached_property
    def metrics(self) -> dict[str, Any] | None:
        """The metrics, as in metrics.json; null where the test fold has no labels."""
        fold, labels = self.test, self.test.labels
        if labels is None:
            return None
        proposed, valid = self.test_proposed, self.valid_proposed
        answers, plan = self.answers, self.model_plan
        made = self.store.make(
            f"{self.where}test/metrics",
            partial(
                build_metrics,
                fold=fold.tables.path,
                labels=labels.path,
                candidates=_files(proposed),
                valid_fold=self.valid.tables.path,
                valid_candidates=_files(valid),
                history_tables=proposed.history_tables.path,
                ranked=answers.path,
                plan=plan.path,
                mode=self.config.mode,
            ),
            config=self.config.mode,
            needs=[fold.tables, labels, *proposed.candidates, *valid.candidates, answers, plan],
        )
        publish(made.path / "metrics.json", self.output / "metrics.json")
        return read_json(made.path / "metrics.json")


def _files(proposed: Proposed) -> list[Path]:
    return [a.path / f"{shard:03d}.parquet" for shard, a in enumerate(proposed.candidates)]


def read_json(path: Path) -> dict[str, Any]:
    """A small json file of an artifact."""
    found: dict[str, Any] = json.loads(path.read_text())
    return found
