"""What `prepare` builds: the logs' tables and the folds, as a chain of artifacts."""

from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from functools import cached_property, partial
from pathlib import Path

from data.boundaries import Boundaries
from data.formats import LogFormat
from data.readers.generic import read_generic_labels
from pipeline.settings.config import Config, input_files
from pipeline.store.engine import Engine, HereEngine
from pipeline.store.store import Artifact, Store
from pipeline.tasks.fold import Window, boundaries_of, build_fold, build_labels, windows_of
from pipeline.tasks.log import Ingest, build_log
from pipeline.tasks.shop import build_shop


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
        """ITEMS with all that the fold's sessions touch, as far as known when the fold begins."""
        return self.tables.path / "items.parquet"


class PrepareRun:
    """Builds the artifacts of `prepare`, each once and only when asked for.

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
        self.where = f"samples/{config.sampling.tag}/" if config.sampling.tag else ""

    @property
    def output(self) -> Path:
        """Where results are published: the working directory, or a sample's own folder in it."""
        return self.store.root / self.where

    def _publish(self, made: Artifact, file: str) -> None:
        """Copy a result to where the user looks for it."""
        self.store.publish(made.path / file, self.where + file)

    @cached_property
    def log_files(self) -> tuple[list[Path], LogFormat, list[Artifact]]:
        """The raw log's files and their format; generated first where none was given."""
        config = self.config
        if config.train is not None:
            return input_files(config.train), config.input.format, []
        shop = config.input.synthetic
        assert shop is not None
        made = self.store.make("shop", partial(build_shop, shop=shop), config=shop)
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

    def _ingest(self, name: str, files: list[Path], how: Ingest, needs: list[Artifact], known: Path | None) -> Artifact:
        bad_copy = self.store.root / f"{name.replace('/', '-')}-quarantine.parquet"
        build = partial(build_log, files=files, how=how, known=known, bad_copy=bad_copy)
        return self.store.make(name, build, config=how, needs=needs, files=[] if self.config.train is None else files)

    def _boundaries(self) -> Boundaries:
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
        build = partial(
            build_labels,
            files=files,
            read=read,
            log_format=config.input.format,
            fold=tables.path,
            items=asked.path / "items.parquet",
        )
        needs = [tables, asked]
        return self.store.make(f"{self.where}test/labels", build, config=config.input.format, needs=needs, files=files)
