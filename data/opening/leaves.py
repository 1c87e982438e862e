"""Which leaves of a parquet file names and paths lead to, so that no others are read."""

from collections.abc import Collection, Iterable

import pyarrow as pa

from data.opening.arrow_types import Kind, plain_type

EACH = "[]"
"""Ends a name whose list makes a row of each of its entries."""


def leaves_of(schema: pa.Schema, names: Collection[str]) -> list[int]:
    """The numbers of the leaves, in the file's order.

    Parameters
    ----------
    schema
        The file's columns.
    names
        Columns, and paths into nested ones such as `device.category` and `items[].id`. A path that leads nowhere is
        taken for all of the column, so that whoever follows it can say what is there; a name of nothing for nothing.
    """
    found: set[int] = set()
    columns = dict(zip(schema.names, _firsts(schema.types), strict=True))
    for name in names:
        begin = begin_of(name, columns)
        for field, first in zip(schema, _firsts(schema.types), strict=True):
            if field.name == begin:
                found |= _led_to(plain_type(field.type), name[len(begin) :].removeprefix("."), first)
    return sorted(found)


def begin_of(path: str, names: Iterable[str]) -> str | None:
    """The longest of the names with which a path begins, up to a dot or a list: a name may have dots of its own."""
    begins = (name for name in names if path == name or path.startswith((f"{name}.", f"{name}{EACH}")))
    return max(begins, key=len, default=None)


def leaf_count(kinds: Iterable[Kind]) -> int:
    """How many leaves columns of some types have."""
    return sum(_count(plain_type(kind)) for kind in kinds)


def _led_to(kind: Kind, rest: str, first: int) -> set[int]:
    """The leaves that the rest of a path leads to, in a column whose leaves begin at some number."""
    if rest.startswith(EACH) and pa.types.is_large_list(kind):
        return _led_to(kind.value_type, rest.removeprefix(EACH).removeprefix("."), first)
    if rest and pa.types.is_struct(kind):
        fields = [kind.field(place) for place in range(kind.num_fields)]
        begin = begin_of(rest, [field.name for field in fields])
        for field, start in zip(fields, _firsts([field.type for field in fields], first), strict=True):
            if field.name == begin:
                return _led_to(field.type, rest[len(begin) :].removeprefix("."), start)
    return set(range(first, first + _count(kind)))


def _firsts(kinds: Iterable[Kind], first: int = 0) -> list[int]:
    """Where the leaves of each of some columns begin."""
    firsts = []
    for kind in kinds:
        firsts.append(first)
        first += leaf_count([kind])
    return firsts


def _count(kind: Kind) -> int:
    if pa.types.is_struct(kind):
        return sum(_count(kind.field(place).type) for place in range(kind.num_fields))
    return _count(kind.value_type) if pa.types.is_large_list(kind) else 1
