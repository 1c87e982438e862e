"""Times that the libraries can say: Polars panics over a date that it cannot write, so that none may get there."""

import polars as pl

FIRST_MS, END_MS = -62_135_596_800_000, 253_402_300_800_000
"""The first moment of the year 1, and the end of the year 9999, in ms since 1970."""
DAY_MS = 86_400_000
UNITS_A_MS = {"ms": 1, "us": 1_000}


def within_range(times: pl.Series) -> pl.Series:
    """Dates, times and times of day, null where they lie outside the years 1 to 9999 or the day.

    Parameters
    ----------
    times
        Of any type; what is no time comes back as it is.

    Returns
    -------
    pl.Series
        As many, of the same type.
    """
    dtype = times.dtype
    if isinstance(dtype, pl.Datetime) and dtype.time_unit != "ns":  # 64 bits of ns end in 2262
        scale = UNITS_A_MS[dtype.time_unit]
        first, end = FIRST_MS * scale, END_MS * scale
    elif dtype == pl.Date:
        first, end = FIRST_MS // DAY_MS, END_MS // DAY_MS
    elif dtype == pl.Time:
        first, end = 0, DAY_MS * 1_000_000
    else:
        return times
    number = times.to_physical()
    low, high = number.min(), number.max()
    if low is None or (low >= first and high < end):  # type: ignore[operator]
        return times
    return times.set(~((number >= first) & (number < end)), None)


def moment(milliseconds: pl.Expr) -> pl.Expr:
    """Milliseconds since 1970, of any number type, as whole ones; null where they lie outside the years 1 to 9999."""
    readable = (milliseconds >= FIRST_MS) & (milliseconds < END_MS)
    return pl.when(readable).then(milliseconds).cast(pl.Int64, strict=False)
