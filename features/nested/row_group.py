"""What a group of a table's rows is: a function from a column in plain form to features of its kind."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from features.nested.kinds import Kind
from features.nested.source import Source

Features = dict[str, pl.Expr]


@dataclass(frozen=True)
class RowGroup:
    """A declared group of features that a row's own fields give.

    Parameters
    ----------
    name
        Its function's name.
    kinds
        The kinds of columns that it describes.
    function
        From such a column to its features, expressions over plain rows (see `features.nested.plain.PlainRows`).
    zeros
        Features that are 0 where the field is null: what nobody has seen was not there.
    """

    name: str
    kinds: tuple[Kind, ...]
    function: Callable[[Source], Features]
    zeros: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[Callable[[str, str], "RowGroup"], tuple[str, str]]:
        """By the name under which it stands in its module, where the decorated function stood."""
        return _named_group, (self.function.__module__, self.name)

    def __call__(self, source: Source) -> Features:
        """A column's features by their full names, `<column>__<feature>`; none of a kind that is not the group's."""
        if source.kind not in self.kinds:
            return {}
        return {f"{source.name}__{name}": made for name, made in self.function(source).items()}

    def is_zero(self, feature: str) -> bool:
        """Whether a feature is 0, and not null, where nothing is known."""
        return feature.rpartition("__")[2] in self.zeros


def row_group(
    *, kinds: tuple[Kind, ...], zeros: tuple[str, ...] = ()
) -> Callable[[Callable[[Source], Features]], RowGroup]:
    """Declare a function as a group of rows' features; see `RowGroup`."""

    def declare(function: Callable[[Source], Features]) -> RowGroup:
        return RowGroup(function.__name__, kinds, function, zeros)

    return declare


def _named_group(module: str, name: str) -> RowGroup:
    group = getattr(importlib.import_module(module), name)
    assert isinstance(group, RowGroup)
    return group
