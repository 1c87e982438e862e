"""The type of each field of objects, decided over a whole file: what does not go together is text."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from itertools import chain
from typing import Any

import polars as pl

from data.opening.json.values import value_of

Types = Mapping[str, pl.DataType]
SCALARS: dict[type, pl.DataType] = {
    bool: pl.Boolean(),
    float: pl.Float64(),
    str: pl.String(),
    type(None): pl.Null(),
}


def types_of(text: bytes) -> dict[str, pl.DataType]:
    """The types of the fields of objects, one a line; lines that are none have no say."""
    try:
        return dict(pl.read_ndjson(BytesIO(text), infer_schema_length=None).schema) if text.strip() else {}
    except pl.exceptions.PolarsError:
        found = (value_of(line) for line in text.split(b"\n") if line.strip())
        objects = [value for value in found if isinstance(value, dict)]
        return _fields(objects)


def merged(one: pl.DataType, other: pl.DataType) -> pl.DataType:
    """The type that holds the values of both: text where they are of different kinds."""
    if other in (one, pl.Null()):
        return one
    if one == pl.Null:
        return other
    if isinstance(one, pl.Struct) and isinstance(other, pl.Struct):
        return pl.Struct(merged_types(_inner(one), _inner(other)))
    if isinstance(one, pl.List) and isinstance(other, pl.List):
        return pl.List(merged(_entry(one), _entry(other)))
    if one.is_numeric() and other.is_numeric():
        return pl.Float64() if one.is_float() or other.is_float() else pl.Int128()
    return pl.String()


def merged_types(one: Types, other: Types) -> dict[str, pl.DataType]:
    """The fields of both."""
    return {name: merged(one.get(name, pl.Null()), other.get(name, pl.Null())) for name in [*one, *other]}


def readable(kind: pl.DataType) -> pl.DataType:
    """A type as it is read: whole numbers have 64 bits, so that what is beyond them is found."""
    if isinstance(kind, pl.Struct):
        return pl.Struct({name: readable(inner) for name, inner in _inner(kind).items()})
    if isinstance(kind, pl.List):
        return pl.List(readable(_entry(kind)))
    return pl.Int64() if kind == pl.Int128 else kind


def _fields(objects: list[dict[str, Any]]) -> dict[str, pl.DataType]:
    names = dict.fromkeys(chain.from_iterable(objects))
    return {name: _type_of(value[name] for value in objects if name in value) for name in names}


def _type_of(values: Iterable[Any]) -> pl.DataType:
    """The type that holds JSON values."""
    held = list(values)
    objects = [value for value in held if isinstance(value, dict)]
    lists = [value for value in held if isinstance(value, list)]
    kind: pl.DataType = pl.Null()
    for scalar in {type(value) for value in held} - {dict, list, int}:
        kind = merged(kind, SCALARS[scalar])
    numbers = [value for value in held if type(value) is int]
    if numbers:
        kind = merged(kind, pl.Int64() if min(numbers) >= -(2**63) and max(numbers) < 2**63 else pl.Int128())
    if objects:
        kind = merged(kind, pl.Struct(_fields(objects)))
    return merged(kind, pl.List(_type_of(chain.from_iterable(lists)))) if lists else kind


def _inner(kind: pl.Struct) -> dict[str, pl.DataType]:
    return {field.name: field.dtype for field in kind.fields}  # type: ignore[misc]


def _entry(kind: pl.List) -> pl.DataType:
    return kind.inner  # type: ignore[return-value]
