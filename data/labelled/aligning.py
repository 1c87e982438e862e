"""A part's column in the type that the column has in all parts; what cannot be said in it is null, and counted."""

from collections import Counter
from dataclasses import replace

import polars as pl

from data.labelled.types import family_of, kind
from data.nested.entries import Entries, entries_of, values_of
from data.nested.values import Read, read_keys, read_moments, read_numbers

OTHER_TYPE, UNREADABLE, TOO_LARGE = "another type", "unreadable text", "too large"


def aligned(raw: pl.Series, target: pl.DataType) -> Read:
    """A column in another type, each value by itself.

    Parameters
    ----------
    raw
        The column as a part has it.
    target
        As `data.labelled.types.common` gives it.

    Returns
    -------
    Read
        The column, and how many values are lost, by reason: text where a number was, a struct where a time was, or
        what lies within fields of several values likewise.
    """
    family = family_of(target)
    if raw.dtype == target:
        return Read(raw, Counter())
    if raw.dtype == pl.Null or family == "null":
        return _nothing(raw, target)
    if family in ("pairs", "list"):
        return _nested(raw, entries_of(raw) if family == "pairs" else values_of(raw), target)
    if raw.dtype.is_nested():
        return _nothing(raw, target)
    read = {"number": _number, "time": _time, "text": _text}[str(family)]
    return read(raw, target)


def _number(raw: pl.Series, target: pl.DataType) -> Read:
    if raw.dtype.is_temporal():
        return _nothing(raw, target)
    if raw.dtype.is_numeric() or raw.dtype == pl.Boolean:
        value, odd = raw.cast(target, strict=False), Counter[str]()
        return Read(value, odd + _count(TOO_LARGE, value.null_count() - raw.null_count()))
    value, odd = read_numbers(raw.cast(pl.String, strict=False))
    whole = value.cast(target, strict=False)
    return Read(whole, odd + _count(TOO_LARGE, whole.null_count() - value.null_count()))


def _time(raw: pl.Series, target: pl.DataType) -> Read:
    value, odd = read_moments(raw)
    if isinstance(raw.dtype, pl.Datetime) and isinstance(target, pl.Datetime):  # no rounding to ms
        fine = raw.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if raw.dtype.time_zone else raw
        return Read(fine.dt.cast_time_unit(target.time_unit).set(value.is_null(), None), odd)
    return Read(value.cast(pl.Datetime("ms")).cast(target), odd)


def _text(raw: pl.Series, target: pl.DataType) -> Read:
    text = read_keys(raw) if raw.dtype.is_numeric() else raw.cast(pl.String, strict=False)
    return Read(text.cast(target), _count(UNREADABLE, text.null_count() - raw.null_count()))


def _nested(raw: pl.Series, entries: Entries | None, target: pl.DataType) -> Read:
    assert isinstance(target, pl.List)
    if entries is None:
        return _nothing(raw, target)
    odd = _count(UNREADABLE, entries.unreadable)
    inner = target.inner
    if not isinstance(inner, pl.Struct):
        value = aligned(entries.value, kind(inner))
        said = replace(entries, value=value.value).keep(_unless_lost(entries.value, value.value))
        return Read(said.as_list(), odd + value.odd)
    (key_name, key_type), (value_name, value_type) = ((field.name, kind(field.dtype)) for field in inner.fields)
    key, value = aligned(entries.key, key_type), aligned(entries.value, value_type)
    pairs = pl.DataFrame([key.value.alias(key_name), value.value.alias(value_name)]).to_struct(raw.name)
    whole = _unless_lost(entries.key, key.value) & _unless_lost(entries.value, value.value)
    return Read(replace(entries, value=pairs).keep(whole).as_list(), odd + key.odd + value.odd)


def _unless_lost(raw: pl.Series, said: pl.Series) -> pl.Series:
    """Whether an entry is not one that was there and cannot be said: it is counted here, and not again later."""
    return said.is_not_null() | raw.is_null()


def _nothing(raw: pl.Series, dtype: pl.DataType) -> Read:
    """Nulls; what was there is lost."""
    nulls = pl.Series(raw.name, [None], dtype=dtype).new_from_index(0, len(raw))
    return Read(nulls, _count(OTHER_TYPE, len(raw) - raw.null_count()))


def _count(reason: str, count: int) -> Counter[str]:
    return Counter({reason: count}) if count else Counter()
