"""Customers who come back: asked as a fold begins, or after their first event in it, from all that was before."""

from datetime import datetime

import polars as pl

from data.folds import MOST_VISIBLE
from data.schema import Timestamp


def returning_events(
    events: pl.LazyFrame, start: datetime, end: datetime, shown_inside: int, known: pl.LazyFrame | None = None
) -> pl.LazyFrame:
    """The events before `end` of the sessions that began before `start`, as far as a query can show them.

    Parameters
    ----------
    events
        EVENTS in their order.
    start, end
        The fold's window.
    shown_inside
        How many events of the fold a query shows.
    known
        frame(item): if given, the fold's own events on other items are dropped.

    Returns
    -------
    pl.LazyFrame
        EVENTS with `position` (u32, from 0 within the session) and `before`, whether it happened before the fold. Of a
        session with more events before it than a query can count the latest are there.
    """
    old = events.filter(pl.col("ts").min().over("session") < start).filter(pl.col("ts") < end)
    told = old.with_columns(before=pl.col("ts") < start)
    if known is not None:
        is_known = pl.col("item").is_in(known.select("item").collect().to_series().implode())
        told = told.filter(pl.col("before") | is_known)
    left = pl.col("before").sum().over("session") - pl.int_range(pl.len()).over("session")  # before it and after
    kept = told.filter(~pl.col("before") | (left <= MOST_VISIBLE - shown_inside))
    return kept.with_columns(position=pl.int_range(pl.len(), dtype=pl.UInt32).over("session"))


def returning_cuts(
    events: pl.LazyFrame, start: datetime, shown_inside: int, least: int, *, answered: bool
) -> pl.LazyFrame:
    """The moments at which those who come back are asked, once each.

    Parameters
    ----------
    events
        `returning_events`.
    start
        The fold's begin.
    shown_inside
        0: as the fold begins. 1: after the first event in it, so that only those who come are asked.
    least
        Events that are visible at least.
    answered
        Whether those alone are asked of whom something comes later: a fold that is learnt from has no use for others.

    Returns
    -------
    pl.LazyFrame
        session, user, start_ts, cut_ts, events, as `data.folds.cut_sessions` gives them; `cut_ts` is the fold's begin,
        or the time of the first event in it.
    """
    first_inside = pl.col("ts").filter(~pl.col("before")).first()
    asked = events.group_by("session").agg(
        pl.col("user").first(),
        start_ts=pl.col("ts").first(),
        cut_ts=(first_inside if shown_inside else pl.lit(start)).cast(Timestamp),
        events=pl.col("before").sum() + shown_inside,
        length=pl.len(),
    )
    wanted = (pl.col("length") >= pl.col("events") + int(answered)) & (pl.col("events") >= least)
    return (
        asked.filter(wanted)
        .select("session", "user", "start_ts", "cut_ts", pl.col("events").cast(pl.UInt16))
        .sort("session", "events")
    )
