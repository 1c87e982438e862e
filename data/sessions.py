"""What a session is: the log's own column, the whole user, or a stretch of events without a long gap."""

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from data.readers.reader import SessionRule


@dataclass(frozen=True)
class Sessions:
    """The rule that cuts a log into sessions.

    Parameters
    ----------
    by
        `column` (the log names its sessions), `gap` (a user's events, cut where `gap` passes without one) or
        `user` (all events of a user). Null: what the format says.
    gap
        The pause that ends a session; only for `gap`.
    """

    by: SessionRule | None = None
    gap: timedelta = timedelta(minutes=30)

    def __post_init__(self) -> None:
        if self.gap <= timedelta(0):
            raise ValueError(f"`gap` must be above 0, got {self.gap}.")


def assign_sessions(events: pl.LazyFrame, by: SessionRule, gap: timedelta) -> pl.LazyFrame:
    """Fill `session` with each event's session key.

    Parameters
    ----------
    events
        Typed rows with user, session, ts and row; for `gap` and `user` all events of a user must be here.
    by, gap
        The rule.

    Returns
    -------
    pl.LazyFrame
        The same rows. A gap session's key is `<user>@<its first event's time>`, so that it stays the same when
        the log grows.
    """
    if by == "column":
        return events
    if by == "user":
        return events.with_columns(session="user")
    order = events.sort("user", "ts", "row")
    starts = (pl.col("ts").diff().over("user") > gap).fill_null(True)
    number = starts.cast(pl.UInt32).cum_sum().over("user")
    first = pl.col("ts").first().over("user", "__visit").dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
    return (
        order.with_columns(__visit=number)
        .with_columns(session=pl.format("{}@{}", pl.col("user"), first))
        .drop("__visit")
    )


def out_of_order(events: pl.LazyFrame) -> pl.LazyFrame:
    """How many events are earlier than the one before them of their session in the file: frame(n)."""
    filed = events.select("session", "row", "ts").sort("session", "row")
    late = (pl.col("ts") < pl.col("ts").shift(1)) & (pl.col("session") == pl.col("session").shift(1))
    return filed.select(n=late.sum())
