"""Served lists as questions: the moments at which they were shown, what was visible then, and which can be asked."""

from datetime import datetime

import polars as pl

from data.folds import MOST_VISIBLE

JOINED = "joined"
REASONS = ("outside", "unknown", "elsewhere", "unasked", "nothing_after", "not_sampled", "held_out")
"""Why a list is left aside, in the order in which they are looked at.

Shown outside the fold's window; of a session that the log does not name; of one that the fold does not ask, as where it
began before; shown before `folds.min_prefix` events (or after more than a question can show); nothing came after; left
out of a development sample, or of more than rankers learn from; of a user whose questions the order is tuned
on, or training stops by.
"""


def moments_of(lists: pl.LazyFrame, events: pl.LazyFrame, start: datetime) -> pl.LazyFrame:
    """What was visible at each moment, and whether anything came after.

    Parameters
    ----------
    lists
        session (code), shown.
    events
        A fold's EVENTS with `position` (`data.folds.fold_events`).
    start
        When the fold begins: nobody is asked as of a moment before.

    Returns
    -------
    pl.LazyFrame
        session, shown, user, start_ts, cut_ts (the latest visible event's time), events (visible, those of the moment
        itself included), later (how many came after); the lists of sessions with an event here, in no order.
    """
    seen = pl.col("ts") <= pl.col("shown")
    return (
        lists.join(events.select("session", "ts", "user"), on="session")
        .group_by("session", "shown")
        .agg(
            pl.col("user").first(),
            start_ts=pl.col("ts").min(),
            cut_ts=pl.max_horizontal(pl.col("ts").filter(seen).max(), pl.lit(start).cast(pl.Datetime("ms", "UTC"))),
            events=seen.sum().cast(pl.Int64),
            later=(~seen).sum().cast(pl.Int64),
        )
    )


def is_asked(least: int) -> pl.Expr:
    """Whether a question can show what was visible, `least` events or more, and something came after."""
    return pl.col("events").is_between(least, MOST_VISIBLE) & (pl.col("later") > 0)


def verdict(start: datetime, end: datetime, least: int) -> pl.Expr:
    """What becomes of a list: `joined`, or the first of `REASONS` that holds.

    Parameters
    ----------
    start, end
        The fold's window.
    least
        Events that a question shows at least.

    Notes
    -----
    Reads shown, session (null: unknown to the log), events and later (null: not of the fold), part (null: not sampled).
    """
    inside = (pl.col("shown") >= start) & (pl.col("shown") < end)
    found = (
        pl.when(~inside)
        .then(pl.lit("outside"))
        .when(pl.col("session").is_null())
        .then(pl.lit("unknown"))
        .when(pl.col("events").is_null())
        .then(pl.lit("elsewhere"))
        .when(~pl.col("events").is_between(least, MOST_VISIBLE))
        .then(pl.lit("unasked"))
        .when(pl.col("later") == 0)
        .then(pl.lit("nothing_after"))
        .when(pl.col("part").is_null())
        .then(pl.lit("not_sampled"))
        .when(pl.col("part") != "fit")
        .then(pl.lit("held_out"))
    )
    return found.otherwise(pl.lit(JOINED)).alias("verdict")
