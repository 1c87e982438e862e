"""From EVENTS to a fold's QUERIES, PREFIXES and LABELS."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from data.boundaries import Folds
from data.draw import Needs, drawn
from data.errors import AisleError
from data.folds import cut_sessions, fold_events, history_of, labels_of, part_of, shown_events
from data.returning import returning_cuts, returning_events
from data.sampling import SALT_QUERIES, Sampling, sample_sessions
from data.schema import TYPES, Labels, Queries, Timestamp
from data.silent import long_warning, named_sessions, short_warning, silent_queries, silent_warning
from data.suspicions import thin_fold
from data.tables import items_before, read_json, scan, session_hashes, shard_file, write
from data.unasked import why_unasked
from data.warned import Warned, write_warnings
from pipeline.store.room import LIBRARIES, Room, counted
from pipeline.store.task import Artifact
from pipeline.tasks.shards import write_queries
from pipeline.tasks.window import Window, blaming

KNOWN = "known_items.parquet"
HELD_A_SESSION, HELD_AN_EVENT = 60, 200  # bytes of memory


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
    needs
        What is learnt from a fold that trains, so that no more is asked; null where all must be.
    """

    log: Artifact
    asked: Artifact
    window: Window
    folds: Folds
    sampling: Sampling
    shards: int
    needs: Needs | None = None

    def room(self) -> Room:
        """The questions of all shards, if every session asks, and a shard's events."""
        shard = counted(self.asked, "events") // self.shards
        return Room(LIBRARIES + HELD_A_SESSION * counted(self.asked, "sessions") + HELD_AN_EVENT * shard)

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write the tables: the questions of all shards are held at once, their events a shard at a time.

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
        cuts, long = self._cuts(hashes, known)
        summary = read_json(self.log.path / "summary.json")
        warnings = _thin(self.log.path, window, summary)
        if window.start is None:
            cuts, warnings = _whole_file(cuts, asked, window, self.folds)
            warnings += long_warning(long)
        with blaming(summary):
            every = _questions(cuts, asked, window, self.folds, self.sampling)
        queries = numbered(drawn(every, self.needs) if self.needs else every)
        counts = {"queries": queries.height, "prefixes": 0, "labels": 0}
        counts |= {"not drawn": every.height - queries.height} if every.height > queries.height else {}
        write(items_before(asked, window.until), into / "items.parquet")
        silent = queries.lazy().filter(pl.col("events") == 0).select("session").join(hashes, on="session")
        for number in range(self.shards):
            rows, *_ = asked_in(shard_file(asked / "events", number), hashes, window, self.folds, known)
            mute = silent.filter(pl.col("hash") % self.shards == number).select("session")
            mine, shown = write_queries(into, number, rows, queries, Queries, mute)
            counts["prefixes"] += shown
            labels = Labels.validate(labels_of(rows, mine.lazy()).collect(), cast=True)
            counts["labels"] += write(labels, shard_file(into / "labels", number))
        write_warnings(into, warnings)
        return counts

    def _cuts(self, hashes: pl.LazyFrame, known: pl.LazyFrame | None) -> tuple[pl.DataFrame, int]:
        """When sessions are asked, with what they are known to do later if that counts; how many are too long."""
        found, too_long = [], 0
        for number in range(self.shards):
            file = shard_file(self.asked.path / "events", number)
            rows, cuts, long = asked_in(file, hashes, self.window, self.folds, known)
            found.append(cuts.collect() if self.needs is None else with_types(rows, cuts.collect()))
            too_long += long
        return pl.concat(found), too_long


def with_types(events: pl.LazyFrame, cuts: pl.DataFrame) -> pl.DataFrame:
    """Cuts with a truth value a type: whether such a label follows."""
    rows = cuts.with_row_index("query")
    labels = labels_of(events, rows.lazy())
    types = labels.group_by("query").agg((pl.col("type") == name).any().alias(name) for name in TYPES).collect()
    told = rows.join(types, on="query", how="left", validate="1:1", maintain_order="left").drop("query")
    return told.with_columns(pl.col(name).fill_null(False) for name in TYPES)


def _thin(log: Path, window: Window, summary: Mapping[str, Any]) -> list[Warned]:
    if window.start is None or window.end is None:
        return []
    return thin_fold.suspect(window.name, scan(log / "events"), window.start, window.end, summary["usual"])


def asked_in(
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


def _questions(cuts: pl.DataFrame, asked: Path, window: Window, folds: Folds, sampling: Sampling) -> pl.DataFrame:
    """The moments of all shards (`questions_of`); refuses a fold that asks nobody, and a sample of nobody."""
    if cuts.is_empty():
        shards = [scan(file) for file in sorted((asked / "events").glob("*.parquet"))]
        least = folds.min_prefix + (window.cut is not None)
        span = window.start, window.end
        raise AisleError(why_unasked(window.name, shards, span, least, folds.known_items_only))
    found = questions_of(cuts, asked, folds, sampling, trains=window.name == "valid")
    if found.is_empty():
        raise AisleError(
            f"none of {cuts['session'].n_unique():,} sessions of the {window.name} fold is drawn by `sample` "
            f"{sampling.sample:g}; raise it."
        )
    return found


def questions_of(cuts: pl.DataFrame, asked: Path, folds: Folds, sampling: Sampling, *, trains: bool) -> pl.DataFrame:
    """Moments of the sampled sessions, with the sessions' keys and hashes and, where they are learnt from, their parts.

    Parameters
    ----------
    cuts
        `data.folds.cut_sessions` of all shards.
    asked
        The tables that hold the sessions.
    folds, sampling
        What decides parts, and who is asked.
    trains
        Whether they are learnt from.
    """
    hashes = session_hashes(asked)
    present = hashes.join(cuts.lazy().select("session").unique(), on="session", how="semi")
    kept = sample_sessions(present, sampling.sample, sampling.max_sessions, SALT_QUERIES)
    users = scan(asked / "keys" / "user.parquet").select(user="code", user_hash="hash")
    keys = scan(asked / "keys" / "session.parquet").select(session="code", session_key=pl.col("key").cast(pl.String))
    owner = pl.coalesce("user_hash", "hash")
    part = part_of(owner, folds) if trains else pl.lit(None)
    return (
        cuts.lazy()
        .join(kept, on="session", how="inner", validate="m:1")
        .join(keys, on="session", how="left", validate="m:1")
        .join(users, on="user", how="left", validate="m:1")
        .with_columns(part=part)
        .collect()
    )


def numbered(questions: pl.DataFrame) -> pl.DataFrame:
    """QUERIES, numbered by (session, events)."""
    ordered = questions.sort("session", "events").with_columns(query=pl.int_range(pl.len(), dtype=pl.UInt32))
    return ordered.select(Queries.column_names())
