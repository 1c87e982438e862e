"""When the running session takes place."""

import math

import polars as pl

from features.expressions.time_share import HOURS_A_DAYPART
from features.group import feature_group
from features.kernels.clock import SATURDAY, session_clock_rows


@feature_group(scope="query", clock=True, kernel=session_clock_rows)
def session_clock(queries: pl.LazyFrame) -> pl.LazyFrame:
    """Hour, quarter of the day, weekday and weekend of the last visible event, in UTC.

    Hours 0-23, dayparts 0-3, weekdays 1-7; the hour (with its minutes) and the weekday also as points on a circle,
    where 23 and 0, Sunday and Monday are neighbours.
    """
    last = pl.col("cut_ts")
    hour, weekday = last.dt.hour(), last.dt.weekday()
    day = (hour.cast(pl.Int32) * 60 + last.dt.minute()) * (2 * math.pi / (24 * 60))
    week = (weekday.cast(pl.Int32) - 1) * (2 * math.pi / 7)
    return queries.select(
        "query",
        hour=hour,
        daypart=hour // HOURS_A_DAYPART,
        weekday=weekday,
        weekend=weekday >= SATURDAY,
        hour_sin=day.sin(),
        hour_cos=day.cos(),
        weekday_sin=week.sin(),
        weekday_cos=week.cos(),
    )
