"""What the columns of a table of rows hold: found from their types, or said by the configuration."""

from typing import Final, Literal, get_args

import polars as pl

from data.nested.entries import entries_of, values_of
from data.nested.values import read_moments, read_numbers

Kind = Literal[
    "map", "histogram", "pairs", "times", "list", "time", "hour", "weekday", "number", "category", "leave_out"
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
Declared = Literal["auto", Kind]
"""A kind, or `auto`: whatever the type says."""
KEYED: Final[tuple[Kind, ...]] = ("map", "histogram", "pairs", "times")
"""Kinds whose fields hold entries of a key and a value."""
SAMPLE = 2_000
"""Values of a column by which its kind is told where the type leaves it open."""
NEARLY_ALL = 0.99


def kind_of(column: pl.Series) -> Kind | None:
    """What a column holds, by its type; where that leaves it open (texts, numbers), by its first 2,000 values.

    Maps to numbers are `map`, lists of pairs `pairs`, whatever leads to times `times`, lists of anything else `list`;
    numbers that all count the time since 1970 (as seconds to nanoseconds, 1990 to 2100) are times. A histogram, an hour
    and a weekday look like maps and numbers: only the configuration can name them.

    Returns
    -------
    Kind or None
        Null where there is no value, or none that can be used.
    """
    known = column.drop_nulls().head(SAMPLE)
    if known.is_empty():
        return None
    if known.dtype.is_nested() or _looks_nested(known):
        return _kind_of_nested(known)
    return _kind_of_flat(known)


def _looks_nested(known: pl.Series) -> bool:
    return known.dtype == pl.String and bool(known.str.contains(r"^\s*[\[{(]").mean() >= NEARLY_ALL)  # type: ignore[operator]


def _kind_of_nested(known: pl.Series) -> Kind | None:
    values, entries = values_of(known), entries_of(known)
    if values is not None and values.unreadable <= len(known) * (1 - NEARLY_ALL):
        empty = values.value.is_empty() and known.dtype == pl.String
        return "pairs" if empty and entries is not None else "list"
    if entries is None or entries.unreadable > len(known) * (1 - NEARLY_ALL):
        return None
    if _are_times(entries.value):
        return "times"
    if not _mostly(read_numbers(entries.value).value, entries.value):
        return None
    return "map" if entries.by_key else "pairs"


def _kind_of_flat(known: pl.Series) -> Kind | None:
    if known.dtype in (pl.Binary, pl.Object, pl.Time):
        return None
    if _are_times(known):
        return "time"
    return "category" if known.dtype in (pl.String, pl.Categorical, pl.Enum) else "number"


def _are_times(values: pl.Series) -> bool:
    """Whether values are times: by their type, or because nearly all of them can be read as one and none as less."""
    if values.dtype.is_temporal():
        return values.dtype in (pl.Date, pl.Datetime)
    return (
        values.null_count() < len(values) and values.dtype != pl.Boolean and _mostly(read_moments(values).value, values)
    )


def _mostly(read: pl.Series, values: pl.Series) -> bool:
    there = len(values) - values.null_count()
    return len(read) - read.null_count() >= NEARLY_ALL * there
