"""The hour that a clock shows twice in autumn: which of the two passes an event belongs to."""

from datetime import datetime, timedelta
from functools import lru_cache

import polars as pl

from data.schema import Timestamp

BACK = pl.duration(minutes=1)
"""A step back of a visitor's clock by more is the clock's own; less is rows that were written out of order."""
STEP = "15m"  # clocks change at whole quarters of an hour


def second_reading(shown: pl.Series, times: pl.Series, timezone: str) -> pl.Series:
    """The later moment of times that a zone's clock shows twice; null for all others.

    Parameters
    ----------
    shown
        Datetime[ms] without a zone: what the clock showed.
    times
        The same as Datetime[ms, UTC], the earlier moment where there are two.
    timezone
        The clock's zone.
    """
    later = pl.Series("again", [None], dtype=Timestamp).new_from_index(0, len(shown))
    first, last = shown.min(), shown.max()
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return later
    for year in range(max(first.year, 1970), min(last.year, 2100) + 1):
        for start, end in _repeated(timezone, year):
            within = ((shown >= start) & (shown < end)).fill_null(False)
            if within.any():
                later = (times + (end - start)).zip_with(within, later)
    return later


@lru_cache(maxsize=1_000)
def _repeated(timezone: str, year: int) -> list[tuple[datetime, datetime]]:
    """What the zone's clock shows twice in a year, as stretches of it."""
    utc = pl.datetime_range(
        datetime(year - 1, 12, 31), datetime(year + 1, 1, 2), STEP, time_unit="ms", time_zone="UTC", eager=True
    )
    shown = utc.dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    ahead = shown - utc.dt.replace_time_zone(None)
    back = (ahead.diff() < timedelta(0)).fill_null(False).arg_true()
    return [(shown[i], utc[i].replace(tzinfo=None) + ahead[i - 1]) for i in back.to_list()]


def in_file_order(events: pl.LazyFrame, owner: str) -> pl.LazyFrame:
    """Give each event of a repeated hour its pass: the first until its owner's clock steps back, then the second.

    Parameters
    ----------
    events
        Typed rows with ts (the earlier moment), `again` (the later one, null outside repeated hours), row and owner;
        all events of an owner must be here.
    owner
        The column whose rows belong together, `session` or `user`.

    Returns
    -------
    pl.LazyFrame
        The same rows without `again`.
    """
    twice = pl.col("again").is_not_null()
    night = pl.when(twice).then(pl.col("ts").dt.truncate("1mo"))
    group = [owner, "__night"]
    earlier = pl.col("ts").shift(1).over(group, order_by="row")
    steps = (pl.col("ts") + BACK < earlier).fill_null(False)
    passed = steps.cast(pl.UInt32).cum_sum().over(group, order_by="row") > 0
    return (
        events.with_columns(__night=night)
        .with_columns(ts=pl.when(twice & passed).then("again").otherwise("ts"))
        .drop("again", "__night")
    )
