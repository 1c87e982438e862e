"""Times as the shops write them, read into UTC milliseconds."""

import polars as pl

from data.errors import AisleError
from data.formats import Unit
from data.schema import Timestamp
from data.time_range import clamped, within_range

FORMATS_WITH_ZONE = ("%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M%#z")
FORMATS_NAIVE = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d")
LARGEST_SECOND = 2**63 // 1_000 - 1  # beyond it, milliseconds would wrap round
UNITS_A_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000}


def parse_times(raw: pl.Series, unit: Unit | None, timezone: str | None) -> pl.Series:
    """Read a column of times, whatever form it has.

    Parameters
    ----------
    raw
        Numbers of `unit`, texts (ISO 8601 or `YYYY-mm-dd HH:MM:SS`, with or without fraction and zone; or the
        numbers as text) or Datetimes.
    unit
        What numeric times count since 1970.
    timezone
        The zone of times that name none.

    Returns
    -------
    pl.Series
        Datetime[ms, UTC]; null where a time cannot be read, or does not exist in the zone's clock.

    Raises
    ------
    AisleError
        If times are numbers and `unit` is missing, or name no zone and `timezone` is missing or unknown.
    """
    if raw.dtype == pl.String:
        return _parse_texts(raw, unit, timezone)
    if isinstance(raw.dtype, pl.Datetime):
        if raw.dtype.time_zone is None:
            return _in_zone(raw, timezone)
        return within_range(raw).dt.convert_time_zone("UTC").cast(Timestamp)
    if raw.dtype == pl.Date:
        return _in_zone(within_range(raw).cast(pl.Datetime("ms")), timezone)
    if raw.dtype.is_numeric():
        return _parse_numbers(raw, unit)
    return pl.Series(raw.name, [None] * len(raw), dtype=Timestamp)


def _parse_numbers(raw: pl.Series, unit: Unit | None) -> pl.Series:
    if unit is None:
        raise AisleError("times are numbers: say what they count with `input.format.unit` (s, ms or us).")
    if raw.dtype.is_integer():
        number = raw.cast(pl.Int64, strict=False)
        if unit == "s":
            readable = number.is_between(-LARGEST_SECOND, LARGEST_SECOND)
            return clamped(number.set(~readable, None) * 1_000).cast(Timestamp)
        return clamped(number // (UNITS_A_SECOND[unit] // 1_000)).cast(Timestamp)
    seconds = raw.cast(pl.Float64) / UNITS_A_SECOND[unit]
    return clamped((seconds * 1_000).round().cast(pl.Int64, strict=False)).cast(Timestamp)


def _parse_texts(raw: pl.Series, unit: Unit | None, timezone: str | None) -> pl.Series:
    text = raw.str.strip_chars().str.replace(r"^(\d{4}-\d\d-\d\d)T", "$1 ").str.replace(r"\s?(UTC|Z)$", "+0000")
    known = text.is_not_null()
    times = pl.Series(raw.name, [None], dtype=Timestamp).new_from_index(0, len(raw))
    for layout in FORMATS_WITH_ZONE:
        times = times.fill_null(text.str.to_datetime(layout, time_unit="ms", time_zone="UTC", strict=False))
    for layout in FORMATS_NAIVE:
        naive = text.str.to_datetime(layout, time_unit="ms", strict=False)
        if (known & times.is_null() & naive.is_not_null()).any():
            times = times.fill_null(_in_zone(naive, timezone))
    numeric = text.str.contains(r"^-?[0-9]+(\.[0-9]+)?$") & times.is_null()
    if numeric.any():
        whole = not text.filter(numeric).str.contains(".", literal=True).any()
        times = times.fill_null(_parse_numbers(text.cast(pl.Int64 if whole else pl.Float64, strict=False), unit))
    return times


def _in_zone(naive: pl.Series, timezone: str | None) -> pl.Series:
    if not timezone:
        raise AisleError("times name no zone: give theirs with `input.format.timezone`, such as Europe/Berlin or UTC.")
    try:
        zoned = within_range(naive).dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    except pl.exceptions.ComputeError:
        raise AisleError(
            f"`input.format.timezone` {timezone!r} is not a zone; use a name such as Europe/Berlin."
        ) from None
    return zoned.dt.convert_time_zone("UTC").cast(Timestamp)
