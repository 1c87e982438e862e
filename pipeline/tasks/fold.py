"""From EVENTS to a fold's QUERIES, PREFIXES and LABELS."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from data.boundaries import Boundaries, Cut, Folds, resolve
from data.errors import AisleError
from data.folds import cut_sessions, fold_events, history_of, labels_of, part_of, shown_events
from data.returning import returning_cuts, returning_events
from data.sampling import SALT_QUERIES, Sampling, sample_sessions
from data.schema import Labels, Queries, Timestamp
from data.silent import long_warning, named_sessions, short_warning, silent_queries, silent_warning
from data.suspicions import early_times, stray_times, thin_fold
from data.tables import items_before, read_json, scan, session_hashes, shard_file, write
from data.unasked import why_unasked
from data.warned import Warned, write_warnings
from pipeline.store.task import Artifact
from pipeline.tasks.shards import write_queries

KNOWN = "known_items.parquet"


@dataclass(frozen=True)
class Window:
    """Which sessions a fold asks, and what it may learn from.

    Parameters
    ----------
    name
        `valid` or `test`.
    until
        The history ends here.
    start, end
        The fold's sessions begin at `start` or later; their events from `end` on are left out. Null for a
        test file of its own.
    cut
        How sessions are cut; null leaves them whole.
    """

    name: str
    until: datetime
    start: datetime | None
    end: datetime | None
    cut: Cut | None


def boundaries_of(log: Path, folds: Folds, test_file: bool) -> Boundaries:
    """The log's resolved fold boundaries.

    Raises
    ------
    AisleError
        If the log is too short for the windows.
    """
    with blaming(read_json(log / "summary.json")):
        return resolve(folds, *ends_of(log), test_file)


def ends_of(log: Path) -> tuple[datetime, datetime]:
    """The times of a log's first and last event."""
    summary = read_json(log / "summary.json")
    first, last = (datetime.fromisoformat(summary[name]).replace(tzinfo=UTC) for name in ("first", "last"))
    return first, last


def windows_of(boundaries: Boundaries, folds: Folds, test_file: bool) -> dict[str, Window]:
    """The windows of the folds `valid` and `test`."""
    b = boundaries
    valid = Window("valid", b.valid_start, b.valid_start, b.test_start, folds.cut)
    if test_file:
        return {"valid": valid, "test": Window("test", b.end, None, None, folds.cut_test_file)}
    return {"valid": valid, "test": Window("test", b.test_start, b.test_start, b.end, folds.cut)}


@contextmanager
def blaming(summary: Mapping[str, Any]) -> Iterator[None]:
    """Say first that a log's times have placed the folds, where they look wrong and the folds cannot be laid."""
    try:
        yield
    except AisleError as error:
        stray, early = stray_times.told_of(summary), stray_times.told_of(summary, early_times.CHECK)
        if early:
            raise AisleError(f"the folds cannot be laid: {early} Else: {error}") from None
        if not stray:
            raise
        raise AisleError(f"the folds cannot be laid, because stray times place them: {stray}") from None


@dataclass(frozen=True)
class FoldTables:
    """A fold: queries/, prefixes/ and labels/NNN.parquet, and items.parquet as known when the fold begins.

    With `known_items_only`, known_items.parquet too: the history's items, others being left out of sessions.
    warnings.json: what is to be said of the sessions. A test file that is cut already is answered whole: its sessions
    without an event that counts are queries that show nothing.

    Parameters
    ----------
    log
        The tables of the log, which give the history's items.
    asked
        The tables that hold the fold's own sessions: the log, or the test file's.
    window, folds, sampling
        What decides the fold.
    shards
        The log's shards.
    """

    log: Artifact
    asked: Artifact
    window: Window
    folds: Folds
    sampling: Sampling
    shards: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write the tables.

        Raises
        ------
        AisleError
            If no session can be asked.
        """
        window, asked = self.window, self.asked.path
        before = history_of(scan(self.log.path / "events"), window.until)
        known = None
        if self.folds.known_items_only:
            write(before.select(pl.col("item").unique().sort()), into / KNOWN)
            known = scan(into / KNOWN)
        hashes = session_hashes(asked)
        shards = [
            _asked(shard_file(asked / "events", n), hashes, window, self.folds, known) for n in range(self.shards)
        ]
        cuts = pl.concat([mine for _, mine, _ in shards]).collect()
        summary = read_json(self.log.path / "summary.json")
        warnings = _thin(self.log.path, window, summary)
        if window.start is None:
            cuts, warnings = _whole_file(cuts, asked, window, self.folds)
            warnings += long_warning(sum(long for *_, long in shards))
        with blaming(summary):
            queries = _queries(cuts, asked, window, self.folds, self.sampling)
        counts = {"queries": queries.height, "prefixes": 0, "labels": 0}
        write(items_before(asked, window.until), into / "items.parquet")
        silent = queries.lazy().filter(pl.col("events") == 0).select("session").join(hashes, on="session")
        for number, (rows, *_) in enumerate(shards):
            mute = silent.filter(pl.col("hash") % self.shards == number).select("session")
            mine, shown = write_queries(into, number, rows, queries, Queries, mute)
            counts["prefixes"] += shown
            labels = Labels.validate(labels_of(rows, mine.lazy()).collect(), cast=True)
            counts["labels"] += write(labels, shard_file(into / "labels", number))
        write_warnings(into, warnings)
        return counts


def _thin(log: Path, window: Window, summary: Mapping[str, Any]) -> list[Warned]:
    if window.start is None or window.end is None:
        return []
    return thin_fold.suspect(window.name, scan(log / "events"), window.start, window.end, summary["usual"])


def _asked(
    file: Path, hashes: pl.LazyFrame, window: Window, folds: Folds, known: pl.LazyFrame | None
) -> tuple[pl.LazyFrame, pl.LazyFrame, int]:
    """A shard's events with their positions, when its sessions are asked, and how many are too long to be shown."""
    events = scan(file)
    start = window.start or datetime(1, 1, 1, tzinfo=UTC)
    end = window.end or datetime(9999, 1, 1, tzinfo=UTC)
    told, long = shown_events(fold_events(events, start, end, known).collect(), window.cut)
    new = told.lazy()
    cuts = cut_sessions(new, hashes, folds, window.cut)
    if folds.returning in (None, "new"):
        return new, cuts, long
    if window.start is None:  # a test file's customers are asked when all before it is known
        return new, cuts.with_columns(pl.max_horizontal("cut_ts", pl.lit(window.until).cast(Timestamp))), long
    shown, trains = int(folds.returning == "first_event"), window.name == "valid"
    back = returning_events(events, start, end, shown, known).collect().lazy()
    asked = returning_cuts(back, start, shown, folds.min_prefix, answered=trains)
    return pl.concat([new, back.drop("before")]), pl.concat([cuts, asked]), long


def _whole_file(cuts: pl.DataFrame, asked: Path, window: Window, folds: Folds) -> tuple[pl.DataFrame, list[Warned]]:
    """The questions of a test file with those that show nothing; of one that is cut here, who is left out."""
    named = named_sessions(asked).collect()
    others = silent_queries(named.lazy(), cuts.lazy(), window.until).collect()
    if window.cut is not None:
        return cuts, short_warning(others.height, named.height, folds.min_prefix + 1)
    return pl.concat([cuts, others]), silent_warning(others.height, named.height)


def _queries(cuts: pl.DataFrame, asked: Path, window: Window, folds: Folds, sampling: Sampling) -> pl.DataFrame:
    """QUERIES of all shards: sampled, numbered by (session, events), with their parts."""
    hashes = session_hashes(asked)
    if cuts.is_empty():
        shards = [scan(file) for file in sorted((asked / "events").glob("*.parquet"))]
        least = folds.min_prefix + (window.cut is not None)
        span = window.start, window.end
        raise AisleError(why_unasked(window.name, shards, span, least, folds.known_items_only))
    present = hashes.join(cuts.lazy().select("session").unique(), on="session", how="semi")
    kept = sample_sessions(present, sampling.sample, sampling.max_sessions, SALT_QUERIES)
    users = scan(asked / "keys" / "user.parquet").select(user="code", user_hash="hash")
    keys = scan(asked / "keys" / "session.parquet").select(session="code", session_key=pl.col("key").cast(pl.String))
    owner = pl.coalesce("user_hash", "hash")
    part = part_of(owner, folds) if window.name == "valid" else pl.lit(None)
    return (
        cuts.lazy()
        .join(kept, on="session", how="inner", validate="m:1")
        .join(keys, on="session", how="left", validate="m:1")
        .join(users, on="user", how="left", validate="m:1")
        .sort("session", "events")
        .with_columns(query=pl.int_range(pl.len(), dtype=pl.UInt32), part=part)
        .select(Queries.column_names())
        .collect()
    )
