"""What `prepare` builds: the logs' tables and the folds."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from data.boundaries import Boundaries, FirstFold, first_asked
from data.draw import Needs
from data.opening.paths import Found, warned_of
from data.partitions.folders import Folders
from data.readers.generic import read_generic_labels
from data.suspicions.leaks import Asking
from data.tables import read_json
from data.warned import read_warnings
from pipeline.plans.place import Place
from pipeline.plans.taken import joined_files, taken
from pipeline.saying import say_warnings
from pipeline.settings.config import Config, found_files, input_files
from pipeline.store.task import Artifact, RawFile
from pipeline.tasks.fold import KNOWN, FoldTables
from pipeline.tasks.ingest import Ingest
from pipeline.tasks.labels import LabelTables
from pipeline.tasks.leaks import LogLeaks
from pipeline.tasks.log import LogTables
from pipeline.tasks.log_owners import OwnerShare
from pipeline.tasks.moments import DrawnLog, MomentOrder, is_drawn
from pipeline.tasks.shop import ShopLog
from pipeline.tasks.window import Window, boundaries_of, ends_of, windows_of

SPARE = 1.5
"""Questions with a label for each that a ranker is to learn from: candidates do not hold every label."""
RECALL_QUERIES = 20_000
"""Questions of the fold that trains which sources are measured on, at least where there are so many."""


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

    @property
    def known_items(self) -> Path | None:
        """The history's items, where events of others are left out; null elsewhere."""
        file = self.tables.path / KNOWN
        return file if file.exists() else None


class Preparation:
    """The logs' tables and the folds, each built once and only when asked for.

    Parameters
    ----------
    config
        The configuration.
    place
        Where artifacts lie.
    """

    def __init__(self, config: Config, place: Place) -> None:
        self.config = config
        self.place = place
        self._seen: dict[str, Sequence[Mapping[str, Any]]] = {}

    @property
    def log_warnings(self) -> tuple[Mapping[str, Any], ...]:
        """What looked wrong in the log and the test file, as far as they are made."""
        return self._seen_in("log/window", "log", "log-order", "test/log", "test/leaks")

    @property
    def warnings(self) -> tuple[Mapping[str, Any], ...]:
        """The same, and what looked wrong in the folds in served lists, and in the rules of what may be proposed."""
        return (*self.log_warnings, *self._seen_in("valid/fold", "valid/served", "test/fold", "filters"))

    def _seen_in(self, *names: str) -> tuple[Mapping[str, Any], ...]:
        return tuple(one for name in names for one in self._seen.get(name, ()))

    @cached_property
    def log(self) -> Artifact:
        """The log's tables; the raw log is generated first where none was given."""
        made = self._filed_log
        return self.place.store.make("log-drawn", DrawnLog(made)) if self._moments_are_drawn(made) else made

    @cached_property
    def _filed_log(self) -> Artifact:
        if self.config.train is not None:
            found, warned = taken(self.config)
            self.heed("log/window", [one.plain() for one in warned])
            return self._ingest("log", found, self.config.ingest)
        shop = self.config.input.synthetic
        assert shop is not None  # as the configuration checks
        generated = self.place.store.make("shop", ShopLog(shop))
        return self._ingest("log", Found(), self.config.ingest, generated=generated)

    def _moments_are_drawn(self, log: Artifact) -> bool:
        """Whether the order of events of one moment means nothing, as configured or as seen before any fold begins."""
        rule = self.config.ingest.same_moment
        if rule != "auto":
            return rule == "hash"
        until = first_asked(self.config.folds, *ends_of(log.path), self.config.test is not None)
        made = self.place.store.make("log-order", MomentOrder(log, until))
        self.heed("log-order", read_warnings(made.path))
        return bool(read_json(made.path / "order.json")["sorted"])

    @cached_property
    def test_log(self) -> Artifact | None:
        """The test file's tables, with the log's codes."""
        config = self.config
        if config.test is None:
            return None
        ingest = config.ingest
        if ingest.synthetic_clock:  # a made-up clock goes on where the log's has ended
            after = self._boundaries().end + timedelta(seconds=1)
            clock_start = after.astimezone(UTC).replace(tzinfo=None)
            ingest = replace(ingest, format=replace(ingest.format, clock_start=clock_start))
        made = self._ingest("test/log", found_files(config.test, "test"), ingest, known=self.log)
        if is_drawn(self.log.path):
            made = self.place.store.make("test/log-drawn", DrawnLog(made))
        if not ingest.reader.synthetic_clock:  # which has neither times nor keys that could be compared
            self._check(made, ingest)
        return made

    def _check(self, test_log: Artifact, ingest: Ingest) -> None:
        asking = Asking(ingest.by, self.config.folds.cut_test_file is None, not ingest.synthetic_clock)
        task = LogLeaks(self.log, test_log, asking, self.config.allow_leaks)
        self.heed("test/leaks", read_warnings(self.place.store.make("test/leaks", task).path))

    def _ingest(
        self,
        name: str,
        found: Found,
        ingest: Ingest,
        generated: Artifact | None = None,
        known: Artifact | None = None,
    ) -> Artifact:
        bad_rows = self.place.store.root / f"{name.replace('/', '-')}-quarantine.parquet"
        tables = {table.path.resolve() for table in self._joined.values()}
        given = tuple(RawFile(file) for file in found.files if file.resolve() not in tables)
        left_out = warned_of(found.left_out)
        owners = OwnerShare() if known is not None else OwnerShare.of(self.config.input.window)  # a test file is whole
        folds = None
        if ingest.quality.stray_times == "drop" and known is None:  # else folds may change, and the log's tables stay
            folds = FirstFold.of(self.config.folds, self.config.test is not None)
        asked = str(bad_rows), self._joined, left_out, folds, owners, self._folders(known)
        task = LogTables(given, generated, ingest, known, *asked)
        made = self.place.store.make(name, task)
        self.heed(name, read_json(made.path / "summary.json")["warnings"])
        return made

    def _folders(self, known: Artifact | None) -> Folders | None:
        """How the time of the log's files is told, where they are chosen by it."""
        reading = self.config.input
        return reading.folders if known is None and reading.partition is not None else None

    def heed(self, name: str, found: Sequence[Mapping[str, Any]]) -> None:
        """Say what looks wrong, now and in a later run that builds nothing, and keep it for the metrics."""
        self._seen[name] = say_warnings(found, self.warnings)

    @cached_property
    def _joined(self) -> dict[str, RawFile]:
        """The tables that the format joins to the log, and to a test file."""
        return {name: RawFile(file) for name, file in joined_files(self.config).items()}

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
        task = FoldTables(self.log, asked, window, config.asking, config.sampling, config.shards, self._needs(name))
        tables = self.place.make(f"{name}/fold", task)
        self.heed(f"{name}/fold", read_warnings(tables.path))
        return Fold(window, self.log, asked, tables, self._labels(name, tables, asked))

    def _needs(self, name: str) -> Needs | None:
        config = self.config
        if name != "valid":
            return None
        size, folds, actions = config.training_size, config.folds, config.actions
        fit, stop = (math.ceil(SPARE * most) for most in (size.train_queries, size.stop_queries))
        shares = {folds.stop: actions.queries, 1 - folds.stop - folds.tune: actions.rival_queries}
        judged = max(RECALL_QUERIES, *(math.ceil(SPARE * most / share) for share, most in shares.items()))
        return Needs(config.candidates.tune_queries, fit, stop, judged, folds.most_queries)

    def _labels(self, name: str, tables: Artifact, asked: Artifact) -> Artifact | None:
        config, reader = self.config, self.config.ingest.reader
        if name == "valid" or config.test is None or config.folds.cut_test_file is not None:
            return tables
        given = config.labels or (config.test if reader.labels_in_test else None)
        if given is None:
            return None
        files = tuple(RawFile(file) for file in input_files(given, "labels" if config.labels else "test"))
        read = reader.labels or read_generic_labels
        made = self.place.make("test/labels", LabelTables(files, read, config.input.format, tables, asked))
        self.heed("test/labels", read_warnings(made.path))
        return made
