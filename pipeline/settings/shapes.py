"""What the configuration's classes take: each setting's shape, read off its type."""

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from dataclasses import dataclass as frozen
from functools import cache
from typing import Any, Literal

Sort = Literal["group", "mapping", "list", "leaf"]


@frozen(frozen=True)
class Shape:
    """What a setting takes.

    Parameters
    ----------
    sort
        A `group` of settings, a `mapping` by names of the user's own, a `list` of values, or one value.
    of
        The group's class, the type of a mapping's or a list's values, or the value's type.
    optional
        Whether null may be given.
    needed
        Whether there is no default.
    """

    sort: Sort
    of: Any
    optional: bool = False
    needed: bool = False


@cache
def shapes_of(kind: type) -> dict[str, Shape]:
    """The settings of a dataclass by name."""
    hints = typing.get_type_hints(kind)
    return {
        field.name: _shape(hints[field.name], field.default is MISSING and field.default_factory is MISSING)
        for field in fields(kind)
    }


@cache
def paths_of(kind: type) -> tuple[str, ...]:
    """The dotted names of all groups and settings below a class; under a mapping only its own name."""
    found: list[str] = []
    for name, shape in shapes_of(kind).items():
        found.append(name)
        if shape.sort == "group":
            found += [f"{name}.{below}" for below in paths_of(shape.of)]
    return tuple(found)


def short_of(shape: Shape) -> str | None:
    """The setting that a group's value is meant for where it is one text; null where a group is always written out."""
    return getattr(shape.of, "SHORT", None) if shape.sort == "group" else None


def inner(shape: Shape) -> Shape:
    """The shape of a mapping's or a list's values."""
    return _shape(shape.of, needed=False)


def _shape(hint: Any, needed: bool) -> Shape:  # noqa: ANN401 - a type
    optional = False
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        some = [one for one in typing.get_args(hint) if one is not types.NoneType]
        optional, hint = len(some) < len(typing.get_args(hint)), some[0]
    origin = typing.get_origin(hint)
    if is_dataclass(hint):
        return Shape("group", hint, optional, needed)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return Shape("mapping", typing.get_args(hint)[1], optional, needed)
    if origin is tuple:
        return Shape("list", typing.get_args(hint)[0], optional, needed)
    return Shape("leaf", hint, optional, needed)
