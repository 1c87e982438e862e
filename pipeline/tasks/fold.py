"""From EVENTS to a fold's QUERIES, PREFIXES and LABELS."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from data.boundaries import Boundaries, Cut, Folds, resolve
from data.errors import AisleError
from data.folds import cut_sessions, fold_events, history_of, labels_of, part_of
from data.sampling import SALT_QUERIES, Sampling, sample_sessions
from data.schema import Labels, Queries
from data.tables import items_before, scan, session_hashes, shard_file, write
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
    summary = json.loads((log / "summary.json").read_text())
    first, last = (datetime.fromisoformat(summary[name]).replace(tzinfo=UTC) for name in ("first", "last"))
    return resolve(folds, first, last, test_file)


def windows_of(boundaries: Boundaries, folds: Folds, test_file: bool) -> dict[str, Window]:
    """The windows of the folds `valid` and `test`."""
    b = boundaries
    valid = Window("valid", b.valid_start, b.valid_start, b.test_start, folds.cut)
    if test_file:
        return {"valid": valid, "test": Window("test", b.end, None, None, folds.cut_test_file)}
    return {"valid": valid, "test": Window("test", b.test_start, b.test_start, b.end, folds.cut)}


@dataclass(frozen=True)
class FoldTables:
    """A fold: queries/, prefixes/ and labels/NNN.parquet, and items.parquet as known when the fold begins.

    With `known_items_only`, known_items.parquet too: the history's items, others being left out of sessions.

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
            known = pl.scan_parquet(into / KNOWN)
        events = [_events(shard_file(asked / "events", number), window, known) for number in range(self.shards)]
        queries = _queries(events, asked, window, self.folds, self.sampling)
        counts = {"queries": queries.height, "prefixes": 0, "labels": 0}
        write(items_before(asked, window.until), into / "items.parquet")
        for number, rows in enumerate(events):
            mine, shown = write_queries(into, number, rows, queries, Queries)
            counts["prefixes"] += shown
            labels = Labels.validate(labels_of(rows, mine.lazy()).collect(), cast=True)
            counts["labels"] += write(labels, shard_file(into / "labels", number))
        return counts


def _events(file: Path, window: Window, known: pl.LazyFrame | None) -> pl.LazyFrame:
    events = pl.scan_parquet(file)
    start = window.start or datetime(1, 1, 1, tzinfo=UTC)
    end = window.end or datetime(9999, 1, 1, tzinfo=UTC)
    return fold_events(events, start, end, known).collect().lazy()


def _queries(
    events: Sequence[pl.LazyFrame], asked: Path, window: Window, folds: Folds, sampling: Sampling
) -> pl.DataFrame:
    """QUERIES of all shards: sampled, cut, numbered by (session, events), with their parts."""
    hashes = session_hashes(asked)
    cuts = pl.concat([cut_sessions(rows, hashes, folds, window.cut) for rows in events]).collect()
    if cuts.is_empty():
        when = "" if window.start is None else f" that begin from {window.start:%Y-%m-%d %H:%M:%S} UTC on"
        least = folds.min_prefix + (window.cut is not None)
        raise AisleError(
            f"the {window.name} fold has no session{when} with {least} events or more; widen `folds.{window.name}`."
        )
    present = hashes.join(cuts.lazy().select("session").unique(), on="session", how="semi")
    kept = sample_sessions(present, sampling.sample, sampling.max_sessions, SALT_QUERIES)
    users = pl.scan_parquet(asked / "keys" / "user.parquet").select(user="code", user_hash="hash")
    keys = pl.scan_parquet(asked / "keys" / "session.parquet").select(
        session="code", session_key=pl.col("key").cast(pl.String)
    )
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
