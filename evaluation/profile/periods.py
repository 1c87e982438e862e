"""When things happen: events by period and type, and by hour and weekday."""

from datetime import datetime, timedelta
from itertools import product

import polars as pl

from data.schema import TYPES, TypeEnum

MOST_PERIODS = 200
STEPS = {
    "1m": timedelta(minutes=1),
    "10m": timedelta(minutes=10),
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "1d": timedelta(days=1),
    "1w": timedelta(days=7),
    "1mo": timedelta(days=30),
    "3mo": timedelta(days=91),
    "1y": timedelta(days=365),
}
"""How long a period may be, in Polars' words, and about how long that is."""
DAY_STEPS = ("1d", "1w", "1mo", "3mo", "1y")


def step_of(first: datetime, last: datetime, most: int = MOST_PERIODS, steps: tuple[str, ...] = tuple(STEPS)) -> str:
    """The shortest period of which a span has at most so many; the longest there is for longer spans."""
    span = last - first
    return next((step for step in steps if span / STEPS[step] <= most), steps[-1])


def periods(first: datetime, last: datetime, step: str) -> pl.DataFrame:
    """All periods from the one of the first to the one of the last moment: frame(period), Datetime[ms, UTC]."""
    ends = pl.DataFrame({"at": [first, last]}, schema={"at": pl.Datetime("ms", "UTC")})
    begin, end = ends["at"].dt.truncate(step).to_list()
    return pl.DataFrame({"period": pl.datetime_range(begin, end, step, time_unit="ms", time_zone="UTC", eager=True)})


def events_over_time(events: pl.LazyFrame, first: datetime, last: datetime, step: str) -> pl.DataFrame:
    """Events by period and type.

    Parameters
    ----------
    events
        EVENTS.
    first, last
        The moments of the first and the last one.
    step
        Of `STEPS`.

    Returns
    -------
    pl.DataFrame
        period, type, events; every period with every type, 0 where nothing happened; sorted.
    """
    counted = events.group_by(period=pl.col("ts").dt.truncate(step), type="type").agg(events=pl.len()).collect()
    types = pl.DataFrame({"type": TYPES}, schema={"type": TypeEnum})
    whole = periods(first, last, step).join(types, how="cross")
    return _filled(whole, counted, ["period", "type"])


def hours_of_the_week(events: pl.LazyFrame) -> pl.DataFrame:
    """Events by weekday (1 is Monday) and hour (0 to 23), in UTC: weekday, hour, events; 168 rows."""
    week = pl.DataFrame(
        list(product(range(1, 8), range(24))), schema={"weekday": pl.Int8, "hour": pl.Int8}, orient="row"
    )
    hours = events.select(weekday=pl.col("ts").dt.weekday(), hour=pl.col("ts").dt.hour())
    return _filled(week, hours.group_by("weekday", "hour").agg(events=pl.len()).collect(), ["weekday", "hour"])


def _filled(whole: pl.DataFrame, counted: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    joined = whole.join(counted, on=keys, how="left", validate="1:1")
    return joined.with_columns(pl.col("events").fill_null(0)).sort(keys)
