"""Folds: what may be learnt from, which moments are asked about, and what came after them."""

from datetime import datetime

import polars as pl

from data.boundaries import Cut, Folds
from data.keys import mix, uniform
from data.schema import PARTS

SALT_CUT, SALT_PART, SALT_MOMENTS = 1, 2, 5
MOST_VISIBLE = 65_535  # events of a query: what QUERIES can count


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


def shown_events(events: pl.DataFrame, cut: Cut | None) -> tuple[pl.DataFrame, int]:
    """What questions can show of sessions, and how many sessions have more: of one that is shown whole, the latest.

    Parameters
    ----------
    events
        `fold_events`.
    cut
        How sessions are cut: a question that is asked within one shows all before it.
    """
    if cut is not None or events.is_empty() or int(events["position"].max()) < MOST_VISIBLE:  # type: ignore[arg-type]
        return events, 0
    length = pl.len().over("session")
    long = events.filter(length > MOST_VISIBLE)["session"].n_unique()
    latest = events.filter(length - pl.col("position") <= MOST_VISIBLE)
    return latest.with_columns(position=pl.int_range(pl.len(), dtype=pl.UInt32).over("session")), long


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
        too short for `min_prefix` visible events and one after are left out; uncut, every session is asked.
    """
    after, least = (0, 1) if cut is None else (1, folds.min_prefix)
    last = pl.min_horizontal(pl.col("length").cast(pl.Int64) - after, pl.lit(MOST_VISIBLE))
    sessions = (
        events.group_by("session")
        .agg(pl.len().alias("length"), pl.col("user").first(), pl.col("ts").first().alias("start_ts"))
        .filter(pl.col("length") >= least + after)
        .join(hashes, on="session", how="left", validate="m:1")
    )
    spots = (last + 1 - folds.min_prefix).cast(pl.UInt64)
    choices: dict[Cut | None, pl.Expr] = {
        None: last,
        "random": folds.min_prefix + (mix(pl.col("hash"), SALT_CUT + 16 * folds.seed) % spots).cast(pl.Int64),
        "first_n": pl.lit(folds.first_n, pl.Int64),
        "share": (pl.col("length") * folds.share).round(6).ceil().cast(pl.Int64),  # 100 * 0.07 is above 7
        "all": pl.int_ranges(folds.min_prefix, last + 1),
    }
    if cut == "all":
        short = spots <= folds.max_cuts
        every = sessions.filter(short).with_columns(events=choices[cut]).explode("events")
        drawn = _some(sessions.filter(~short).with_columns(events=choices[cut]).explode("events"), folds)
        cuts = pl.concat([every, drawn])
    else:
        cuts = sessions.with_columns(events=choices[cut].clip(least, last))
    times = events.select("session", events=pl.col("position").cast(pl.Int64) + 1, cut_ts="ts")
    return (
        cuts.join(times, on=["session", "events"], how="left", validate="m:1")
        .select("session", "user", "start_ts", "cut_ts", pl.col("events").cast(pl.UInt16))
        .sort("session", "events")
    )


def _some(cuts: pl.LazyFrame, folds: Folds) -> pl.LazyFrame:
    """As many of each session's moments as may be asked, by a hash of session and moment."""
    drawn = mix(pl.col("hash") + mix(pl.col("events").cast(pl.UInt64)), SALT_MOMENTS + 16 * folds.seed)
    place = pl.int_range(pl.len()).over("session", order_by=["drawn", "events"])
    return cuts.with_columns(drawn=drawn).filter(place < folds.max_cuts).drop("drawn")


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
