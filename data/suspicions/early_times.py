"""A log whose numeric times all lie before 1990: numbers that count something else than the configuration says."""

from datetime import datetime

import polars as pl

from data.values.clock import Clock
from data.values.time_texts import suggestion
from data.values.time_units import NANOSECONDS, SPREADSHEET, SPREADSHEET_DAYS, TOLD_FROM
from data.warned import Warned

CHECK = "early_times"
OTHERWISE = "set `input.format.unit` to what they count, or `input.format.epoch` to when they begin"


def suspect(events: pl.LazyFrame, clock: Clock) -> list[Warned]:
    """What is said of such a log.

    Parameters
    ----------
    events
        With `ts`, of a whole log: one event or more.
    clock
        How its times are read; one that has a beginning of its own, or no unit, may show any year.
    """
    if clock.unit is None or not clock.told_by_size:
        return []
    first, last = events.select(first=pl.col("ts").first(), last=pl.col("ts").max()).collect().row(0)
    if last.timestamp() >= TOLD_FROM:
        return []
    number = round(first.timestamp() * NANOSECONDS["s"] / NANOSECONDS[clock.unit])
    said = (
        f"all times lie before 1990 (the first row's is {number}, which is {_told(first)} UTC if it counts "
        f"{clock.unit} since 1970; the last event's {_told(last)}): {_mend(number)}, if that is not meant."
    )
    return [Warned(CHECK, said, {"first": _told(first), "last": _told(last)})]


def _mend(number: int) -> str:
    """The settings by which a number that is no time since 1970 may be one."""
    if dated := suggestion(str(number)):
        return dated
    return SPREADSHEET if SPREADSHEET_DAYS[0] <= number < SPREADSHEET_DAYS[1] else OTHERWISE


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
