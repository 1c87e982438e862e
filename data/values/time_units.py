"""Times that are numbers: what they count, and which unit their size tells of."""

from typing import get_args

import polars as pl

from data.formats import Unit
from data.values.time_range import END_MS, FIRST_MS

NANOSECONDS: dict[Unit, int] = {
    "ns": 1,
    "us": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "min": 60 * 10**9,
    "h": 3_600 * 10**9,
    "d": 86_400 * 10**9,
}
UNITS = ", ".join(get_args(Unit))
A_MILLISECOND = NANOSECONDS["ms"]
TOLD_FROM, TOLD_UNTIL = 631_152_000, 4_102_444_800
"""Seconds from 1970 to 1990 and to 2100: within them a number has one unit that makes it a shop's time."""
SPREADSHEET_DAYS = (30_000, 60_000)  # 1982 to 2064 as spreadsheets count days
SPREADSHEET = "set `input.format.unit` to d and `input.format.epoch` to 1899-12-30"


def to_ms(number: pl.Series, unit: Unit, epoch_ms: int) -> pl.Series:
    """Milliseconds since 1970 as Int64, null beyond the years 1 to 9999. Whole numbers are cut, others rounded."""
    size = NANOSECONDS[unit]
    if number.dtype.is_integer():
        whole = number.cast(pl.Int64, strict=False)
        if size < A_MILLISECOND:
            return _bounded(whole // (A_MILLISECOND // size), epoch_ms)
        factor = size // A_MILLISECOND
        safe = whole.is_between(-(END_MS * 2) // factor, END_MS * 2 // factor)  # beyond, 64 bits would wrap round
        return _bounded(whole.set(~safe, None) * factor, epoch_ms)
    real = number.cast(pl.Float64, strict=False)
    real = (real * (size // A_MILLISECOND) if size >= A_MILLISECOND else real / (A_MILLISECOND // size)).round()
    return _bounded(real.set(~(real.abs() <= END_MS * 2), None).cast(pl.Int64, strict=False), epoch_ms)


def _bounded(ms: pl.Series, epoch_ms: int) -> pl.Series:
    ms = ms + epoch_ms
    return ms.set(~((ms >= FIRST_MS) & (ms < END_MS)), None)


def told_units(number: pl.Series) -> dict[Unit, pl.Series]:
    """By unit, which numbers are a time from 1990 to 2100 if they count it since 1970; units of none are left out."""
    found: dict[Unit, pl.Series] = {}
    for unit in ("s", "ms", "us", "ns"):
        a_second = NANOSECONDS["s"] // NANOSECONDS[unit]
        fits = ((number >= TOLD_FROM * a_second) & (number < TOLD_UNTIL * a_second)).fill_null(False)
        if fits.any():
            found[unit] = fits
    return found


def told_unit(number: str) -> str:
    """What a number counts by its size, and the settings that say so; empty where its size does not tell."""
    value = pl.Series([float(number)])
    for unit in told_units(value):
        return f"counts {unit}, by its size: set `input.format.unit` to {unit}"
    if SPREADSHEET_DAYS[0] <= value[0] < SPREADSHEET_DAYS[1]:
        return f"counts days as spreadsheets do: {SPREADSHEET}"
    return ""
