"""The one type that a column has in all parts of a table, whatever types single parts write it in."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import polars as pl

from data.opening.arrow_types import why_unreadable

Family = Literal["null", "number", "time", "text", "list", "pairs"]
FAMILIES: tuple[Family, ...] = ("pairs", "list", "time", "number", "text")
"""Of two that hold for as many rows, the one that stands first."""
FLAT: dict[type[pl.DataType], Family] = {
    pl.Null: "null",
    pl.Boolean: "number",
    pl.Date: "time",
    pl.Datetime: "time",
    pl.String: "text",
    pl.Categorical: "text",
    pl.Enum: "text",
    pl.Binary: "text",
    pl.Map: "pairs",
}
KEY, VALUE = "key", "value"
Typed: TypeAlias = tuple[pl.DataType, int]
"""A type, and the rows that have it."""


def family_of(dtype: pl.DataType) -> Family | None:
    """What a type holds; null where Aisle reads none of it.

    `pairs` are entries of a key and a value: maps, lists of structs of two fields and more or of lists, and structs,
    whose fields are keys.
    """
    if isinstance(dtype, pl.List | pl.Array):
        return _family_of_list(kind(dtype.inner))
    if isinstance(dtype, pl.Struct):
        return None if why_unreadable(dtype) is not None else "pairs"
    return FLAT.get(dtype.base_type(), "number" if dtype.is_numeric() else None)


def _family_of_list(inner: pl.DataType) -> Family | None:
    if isinstance(inner, pl.Struct):
        return "pairs" if len(inner.fields) > 1 and why_unreadable(inner) is None else None
    return "pairs" if isinstance(inner, pl.List | pl.Array) else "list"


def common(types: Sequence[Typed]) -> pl.DataType | None:
    """The type to which a column is brought in all parts.

    Nulls have no say. Numbers are as wide as needed: whole ones 64 bits, with a fraction in any part f64. Times are
    Datetimes of UTC without a zone. Fields of several values win over texts, which may say the same as JSON; of other
    kinds that do not go together the one of most rows wins, and values that cannot be said in it are counted as lost.

    Parameters
    ----------
    types
        The column's type in each part, and the part's rows.

    Returns
    -------
    pl.DataType or None
        `Null` where no part has a value; null where nothing of it can be read.
    """
    families: Counter[Family] = Counter()
    for dtype, rows in types:
        family = family_of(dtype)
        if family not in (None, "null"):
            families[family] += max(rows, 1)
    if not families:
        return pl.Null() if any(family_of(dtype) == "null" for dtype, _ in types) else None
    if families.keys() & {"pairs", "list"}:
        del families["text"]
    best = max(families, key=lambda family: (families[family], -FAMILIES.index(family)))
    return _of_family(best, [(dtype, rows) for dtype, rows in types if family_of(dtype) == best])


def kind(dtype: Any) -> pl.DataType:  # noqa: ANN401 - a type, or its class
    """A type where Polars may give its class."""
    return dtype if isinstance(dtype, pl.DataType) else dtype()


def _of_family(family: Family, types: Sequence[Typed]) -> pl.DataType | None:
    dtypes = [dtype for dtype, _ in types]
    if family == "number":
        return _number(dtypes)
    if family == "time":
        return _time(dtypes)
    if family == "text":
        return pl.String()
    if family == "list":
        inner = common([(kind(dtype.inner), rows) for dtype, rows in types])  # type: ignore[attr-defined]
        return None if inner is None else pl.List(inner)
    return _pairs(types)


def _number(dtypes: Sequence[pl.DataType]) -> pl.DataType:
    first = dtypes[0]
    if all(dtype == first for dtype in dtypes) and not isinstance(first, pl.Decimal | pl.Float16):
        return first
    whole = all(dtype.is_integer() or dtype == pl.Boolean for dtype in dtypes)
    large = any(dtype in (pl.UInt64, pl.Int128, pl.UInt128) for dtype in dtypes)
    return pl.Int64() if whole and not large else pl.Float64()


def _time(dtypes: Sequence[pl.DataType]) -> pl.DataType:
    units = {dtype.time_unit for dtype in dtypes if isinstance(dtype, pl.Datetime)}
    if not units:
        return pl.Date()
    return pl.Datetime(units.pop() if len(units) == 1 and pl.Date not in dtypes else "us")


def _pairs(types: Sequence[Typed]) -> pl.DataType | None:
    names: Counter[tuple[str, str]] = Counter()
    keys: list[Typed] = []
    values: list[Typed] = []
    for dtype, rows in types:
        name, key, value = _entry(dtype)
        names[name] += max(rows, 1)
        keys.append((key, rows))
        values.extend((one, rows) for one in value)
    key_type, value_type = common(keys), common(values) if values else pl.Null()
    if key_type is None or value_type is None:
        return None
    best = max(names, key=lambda name: (names[name], name))
    return pl.List(pl.Struct({best[0]: key_type, best[1]: value_type}))


def _entry(dtype: pl.DataType) -> tuple[tuple[str, str], pl.DataType, list[pl.DataType]]:
    """What the key and the value of an entry are called, the key's type, and the values'."""
    if isinstance(dtype, pl.Map):
        return (KEY, VALUE), kind(dtype.key), [kind(dtype.value)]
    if isinstance(dtype, pl.Struct):
        return (KEY, VALUE), pl.String(), [kind(field.dtype) for field in dtype.fields]
    inner = kind(dtype.inner)  # type: ignore[attr-defined]
    if isinstance(inner, pl.Struct):
        fields = {field.name: kind(field.dtype) for field in inner.fields}
        named = [KEY, VALUE] if {KEY, VALUE} <= fields.keys() else list(fields)[:2]
        return (named[0], named[1]), fields[named[0]], [fields[named[1]]]
    one = kind(inner.inner)  # type: ignore[attr-defined]
    return (KEY, VALUE), one, [one]
