"""Visits: the stretches of a session that no long pause interrupts."""

from datetime import timedelta

import polars as pl


def with_visits(events: pl.LazyFrame, pause: timedelta) -> pl.LazyFrame:
    """EVENTS of whole sessions with `visit`, which counts from 0 within the session.

    A visit begins where more than `pause` has passed since the event before, so its number depends on nothing that
    happens later.
    """
    paused = (pl.col("ts").diff() > pause).fill_null(False)
    return events.with_columns(visit=paused.cast(pl.UInt32).cum_sum().over("session", order_by="ts"))
