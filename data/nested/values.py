"""Single values of whatever type as numbers and as moments; what is neither is unknown, and counted."""

from collections import Counter
from typing import NamedTuple

import polars as pl

from data.values import numbers as written
from data.values.clock import Clock, read_times
from data.values.key_text import key_text
from data.values.time_range import within_range
from data.values.time_units import TOLD_FROM, TOLD_UNTIL, told_units

NO_NUMBER = "no number"
NOT_FINITE = "not finite"
NO_TIME = "no time"
FOLDER = "%Y-%m-%d-%H-%M"
"""How a log that is parted by the hour writes an hour."""


class Read(NamedTuple):
    """A column as it was read.

    Attributes
    ----------
    value
        As many values; null where there is none that can be used.
    odd
        How many values were not usable, by reason.
    """

    value: pl.Series
    odd: Counter[str]


def read_numbers(raw: pl.Series) -> Read:
    """Numbers as f64, from numbers, truth values and texts. NaN and infinity are unknown."""
    if raw.dtype.is_float():
        value = raw.cast(pl.Float64)
        finite = value.is_finite()
        return Read(
            value.set(~finite, None), _counted(NOT_FINITE, len(raw) - raw.null_count() - int(finite.sum() or 0))
        )
    if raw.dtype.is_integer() or raw.dtype == pl.Boolean:
        return Read(raw.cast(pl.Float64), Counter())
    read = written.read_numbers(raw)
    finite = read.value.is_finite()
    unreadable = int((read.unreadable | ~finite).fill_null(False).sum())
    return Read(read.value.set(~finite, None), _counted(NO_NUMBER, unreadable))


def read_moments(raw: pl.Series) -> Read:
    """Moments in ms since 1970 (UTC, i64), from times, dates, texts and numbers whose size tells what they count.

    Texts are ISO 8601, or the hour of a folder such as `2025-10-01-15-00`; without a zone they are UTC. What lies
    before 1990 or from 2100 on is no time: systems write 1970, 1900 or the year 1 where they know none.
    """
    if raw.dtype.is_numeric():
        value = _counted_since_1970(raw)
    elif raw.dtype == pl.String:
        value = _of_texts(raw)
    elif raw.dtype in (pl.Date, pl.Datetime):
        value = read_times(raw, Clock(timezone="UTC")).ts.dt.timestamp("ms")
    else:
        value = pl.Series(raw.name, [None], dtype=pl.Int64).new_from_index(0, len(raw))
    value = value.set(~value.is_between(TOLD_FROM * 1_000, TOLD_UNTIL * 1_000, closed="left"), None)
    there = len(raw) - raw.null_count()
    if raw.dtype == pl.String:
        there -= int((raw.str.strip_chars() == "").sum() or 0)
    return Read(value, _counted(NO_TIME, there - (len(value) - value.null_count())))


def read_keys(raw: pl.Series) -> pl.Series:
    """Keys and categories as texts: 7, `7` and 7.0 are one, blanks around do not count, and a blank is none."""
    if raw.dtype == pl.Binary:
        raw = pl.Series(raw.name, [_decoded(value) for value in raw], dtype=pl.String)  # a cast takes all or none
    if raw.dtype in (pl.Categorical, pl.Enum):
        raw = raw.cast(pl.String)
    if raw.dtype.is_nested() or raw.dtype in (pl.Object, pl.Null, pl.Duration):
        return pl.Series(raw.name, [None], dtype=pl.String).new_from_index(0, len(raw))
    if raw.dtype.is_float():
        fraction = raw.set((~raw.is_finite()).fill_null(False), None).cast(pl.String)
        return _by_rule(raw).zip_with((raw % 1 == 0).fill_null(False), fraction)
    if raw.dtype != pl.String:
        return _by_rule(within_range(raw))
    text = raw.str.strip_chars()
    special = ((text == "") | text.str.ends_with(".0") | text.str.ends_with("00")).fill_null(False)
    where = special.arg_true()  # alone, since the rule's pattern costs more than all else
    return text.scatter(where, _by_rule(text.gather(where))) if len(where) else text


def _decoded(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None


def _by_rule(raw: pl.Series) -> pl.Series:
    return raw.to_frame("key").select(key_text(pl.col("key"), raw.dtype)).to_series().alias(raw.name)


def _counted_since_1970(raw: pl.Series) -> pl.Series:
    number = raw.cast(pl.Int64 if raw.dtype.is_integer() else pl.Float64, strict=False)
    found = pl.Series(raw.name, [None], dtype=pl.Int64).new_from_index(0, len(raw))
    for unit, fits in told_units(number).items():
        read = read_times(number.set(~fits, None), Clock(unit=unit)).ts.dt.timestamp("ms")
        found = read.zip_with(fits, found)
    return found


def _of_texts(raw: pl.Series) -> pl.Series:
    text = raw.str.strip_chars()
    digits = text.str.contains(r"^[0-9]{9,19}$").fill_null(False)
    value = read_times(text.set(digits, None), Clock(timezone="UTC")).ts.dt.timestamp("ms")
    if digits.any():
        value = _counted_since_1970(text.set(~digits, None).cast(pl.Int64, strict=False)).zip_with(digits, value)
    rest = (value.is_null() & text.is_not_null() & ~digits).fill_null(False)
    if rest.any():
        folder = read_times(text.set(~rest, None), Clock(timezone="UTC", layout=FOLDER)).ts.dt.timestamp("ms")
        value = folder.zip_with(rest, value)
    return value


def _counted(reason: str, count: int) -> Counter[str]:
    return Counter({reason: count}) if count else Counter()
