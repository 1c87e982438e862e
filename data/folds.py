"""Folds: what may be learnt from, which moments are asked about, and what came after them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import polars as pl

from data.errors import AisleError
from data.keys import mix, uniform
from data.schema import PARTS

Cut = Literal["random", "all", "first_n", "share"]

SALT_CUT, SALT_PART = 1, 2


@dataclass(frozen=True)
class Folds:
    """Where the log is cut in time, and the sessions at their moments.

    Parameters
    ----------
    valid
        Length of the window whose sessions train the rankers, right before the test's.
    test
        Length of the window whose sessions are scored, at the end of the log. With a test file of its own the
        whole log precedes the test, and this does not count.
    end
        Absolute end (UTC), instead of the log's last event; later events are left out.
    test_start
        Absolute begin of the test window (UTC), instead of its length.
    valid_start
        Absolute begin of the valid window (UTC), instead of its length.
    cut
        Where a session is asked: `random` (once), `all` (after every event), `first_n` (after `first_n`
        events), `share` (after that share of its events, rounded up).
    cut_test_file
        The same for a test file: null if it is cut already, so that all its events are visible.
    first_n
        Visible events of the cut `first_n`.
    share
        Visible share of the cut `share`.
    min_prefix
        Events visible at least.
    known_items_only
        Drop events of a fold on items that its history has not, before cutting, as OTTO's split does.
    tune
        Share of the valid fold, by user, that fusion is tuned on.
    stop
        Share of the valid fold, by user, that early stopping watches; the rest fits the rankers.
    seed
        Of random cuts and of parts.
    """

    valid: timedelta = timedelta(days=7)
    test: timedelta = timedelta(days=7)
    end: datetime | None = None
    test_start: datetime | None = None
    valid_start: datetime | None = None
    cut: Cut = "random"
    cut_test_file: Cut | None = None
    first_n: int = 1
    share: float = 0.5
    min_prefix: int = 1
    known_items_only: bool = False
    tune: float = 0.2
    stop: float = 0.15
    seed: int = 42

    def __post_init__(self) -> None:
        for name in ("valid", "test"):
            if getattr(self, name) <= timedelta(0):
                raise ValueError(f"`folds.{name}` must be above 0, got {getattr(self, name)}.")
        for name in ("first_n", "min_prefix"):
            if getattr(self, name) < 1:
                raise ValueError(f"`folds.{name}` must be at least 1, got {getattr(self, name)}.")
        if not 0 < self.share < 1:
            raise ValueError(f"`folds.share` must lie between 0 and 1, got {self.share}.")
        if min(self.tune, self.stop) <= 0 or self.tune + self.stop >= 1:
            raise ValueError(f"`folds.tune` + `folds.stop` must lie between 0 and 1, got {self.tune} + {self.stop}.")


@dataclass(frozen=True)
class Boundaries:
    """The absolute times of a log's folds: history < valid_start <= valid < test_start <= test < end."""

    valid_start: datetime
    test_start: datetime
    end: datetime


def resolve(folds: Folds, first: datetime, last: datetime, test_file: bool) -> Boundaries:
    """Turn window lengths into absolute times.

    Parameters
    ----------
    folds
        The configured lengths and boundaries.
    first, last
        Times of the log's first and last event.
    test_file
        Whether the test fold comes from a file of its own, after the log.

    Raises
    ------
    AisleError
        If the log is too short for the windows; the message says which would fit.
    """
    end = _utc(folds.end) or last + timedelta(milliseconds=1)
    test_start = _utc(folds.test_start) or (end if test_file else end - folds.test)
    valid_start = _utc(folds.valid_start) or test_start - folds.valid
    if first < valid_start < test_start <= end:
        return Boundaries(valid_start, test_start, end)
    fits = _readable((last - first) / (3 if test_file else 4))
    windows = "`folds.valid`" if test_file else "`folds.valid` and `folds.test`"
    raise AisleError(
        f"the log spans {_readable(last - first)} ({first:%Y-%m-%d %H:%M:%S} to {last:%Y-%m-%d %H:%M:%S} UTC), "
        f"which leaves no history before a valid fold from {valid_start:%Y-%m-%d %H:%M:%S} and a test fold from "
        f"{test_start:%Y-%m-%d %H:%M:%S}: set {windows} to {fits} or less."
    )


def history_of(events: pl.LazyFrame, before: datetime) -> pl.LazyFrame:
    """The events that a fold starting at `before` may learn from; later events of running sessions are trimmed."""
    return events.filter(pl.col("ts") < before)


def fold_events(
    events: pl.LazyFrame, start: datetime, end: datetime, known: pl.LazyFrame | None = None
) -> pl.LazyFrame:
    """The events before `end` of the sessions that begin at `start` or later.

    Parameters
    ----------
    events
        EVENTS in their order.
    start, end
        The fold's window.
    known
        frame(item): if given, other items' events are dropped.

    Returns
    -------
    pl.LazyFrame
        EVENTS with `position` (u32, from 0 within the session).
    """
    inside = events.filter(pl.col("ts").min().over("session") >= start).filter(pl.col("ts") < end)
    if known is not None:
        inside = inside.join(known, on="item", how="semi", maintain_order="left")
    return inside.with_columns(position=pl.int_range(pl.len(), dtype=pl.UInt32).over("session"))


def cut_sessions(events: pl.LazyFrame, hashes: pl.LazyFrame, folds: Folds, cut: Cut | None) -> pl.LazyFrame:
    """The moments at which sessions are asked.

    Parameters
    ----------
    events
        `fold_events`.
    hashes
        frame(session, hash): what random cuts follow.
    folds
        The configured cut.
    cut
        How to cut; null leaves every session whole, all its events visible.

    Returns
    -------
    pl.LazyFrame
        session, user, start_ts, cut_ts, events (how many are visible), sorted by (session, events). Sessions
        too short for `min_prefix` visible events and one after (none after, uncut) are left out.
    """
    after = 0 if cut is None else 1
    sessions = (
        events.group_by("session")
        .agg(pl.len().alias("length"), pl.col("user").first(), pl.col("ts").first().alias("start_ts"))
        .filter(pl.col("length") >= folds.min_prefix + after)
        .join(hashes, on="session", how="left", validate="m:1")
    )
    spots = pl.col("length") - folds.min_prefix
    choices: dict[Cut | None, pl.Expr] = {
        None: pl.col("length").cast(pl.Int64),
        "random": folds.min_prefix + (mix(pl.col("hash"), SALT_CUT + 16 * folds.seed) % spots).cast(pl.Int64),
        "first_n": pl.min_horizontal(pl.lit(folds.first_n), pl.col("length").cast(pl.Int64) - 1),
        "share": (pl.col("length") * folds.share).ceil().cast(pl.Int64),
        "all": pl.int_ranges(folds.min_prefix, pl.col("length").cast(pl.Int64)),
    }
    cuts = sessions.with_columns(events=choices[cut])
    if cut == "all":
        cuts = cuts.explode("events")
    else:
        last = pl.col("length").cast(pl.Int64) - after
        cuts = cuts.with_columns(events=pl.col("events").clip(folds.min_prefix, last))
    times = events.select("session", events=pl.col("position").cast(pl.Int64) + 1, cut_ts="ts")
    return (
        cuts.join(times, on=["session", "events"], how="left", validate="m:1")
        .select("session", "user", "start_ts", "cut_ts", pl.col("events").clip(0, 65_535).cast(pl.UInt16))
        .sort("session", "events")
    )


def prefixes_of(events: pl.LazyFrame, queries: pl.LazyFrame) -> pl.LazyFrame:
    """PREFIXES: the first `events` events of each query's session, in order."""
    return (
        queries.select("query", "session", "events")
        .join(events, on="session")
        .filter(pl.col("position") < pl.col("events"))
        .sort("query", "position")
        .select("query", "position", "item", "ts", "type", "user", "price", "quantity", "category")
    )


def labels_of(events: pl.LazyFrame, queries: pl.LazyFrame) -> pl.LazyFrame:
    """LABELS: per query the next clicked item, and every item carted and ordered later."""
    later = (
        queries.select("query", "session", "events")
        .join(events.select("session", "item", "type", "position"), on="session")
        .filter(pl.col("position") >= pl.col("events"))
    )
    clicks = (
        later.filter(pl.col("type") == "clicks")
        .sort("query", "position")
        .group_by("query", maintain_order=True)
        .first()
    )
    others = later.filter(pl.col("type") != "clicks")
    columns = ("query", "type", "item")
    return pl.concat([clicks.select(columns), others.select(columns).unique()]).sort(columns)


def part_of(hashed: pl.Expr, folds: Folds) -> pl.Expr:
    """The part of a user or session, by its key's hash."""
    where = uniform(hashed, SALT_PART + 16 * folds.seed)
    stop = pl.when(where >= 1 - folds.stop).then(pl.lit("stop")).otherwise(pl.lit("fit"))
    part = pl.when(where < folds.tune).then(pl.lit("tune")).otherwise(stop)
    return part.cast(pl.Enum(PARTS))


def _utc(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time is not None and time.tzinfo is None else time


def _readable(span: timedelta) -> str:
    """A duration as the configuration takes it: whole days, hours, minutes or seconds, rounded down."""
    seconds = int(span.total_seconds())
    for unit, letter in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= 3 * unit:
            return f"{seconds // unit}{letter}"
    return f"{max(seconds, 1)}s"
