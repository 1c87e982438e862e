"""What each column of a table is there for: the key, a moment, a label, an outcome, a feature, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from data.errors import AisleError
from data.fault import FAULT
from data.labelled.config import Labelled
from data.nearest import did_you_mean
from data.opening.arrow_types import why_unreadable
from data.patterns import fits_any, is_pattern

Role = Literal["key", "moment", "label", "outcome", "feature", "undeclared", "unreadable"]
Others = Literal["use", "leave_out"]
BECAME: Mapping[Role, str] = {
    "key": "the key",
    "moment": "the row's moment",
    "label": "a label, never a feature",
    "outcome": "happens afterwards: never a feature",
    "feature": "a feature's column",
    "undeclared": "left out: nobody declared it",
    "unreadable": "left out: it cannot be read",
}


@dataclass(frozen=True)
class Declared:
    """Which columns may be features.

    Parameters
    ----------
    names
        Names, and patterns such as `*_hist`.
    others
        Columns that are not named: use them, or leave_out.
    """

    names: tuple[str, ...] = ()
    others: Others = "leave_out"

    def check(self, table: Labelled) -> None:
        """Refuse a feature that is named and is none.

        Raises
        ------
        AisleError
            If it is the key, a label or an outcome.
        """
        for name in self.names:
            if not is_pattern(name) and (name == table.key or table.is_outcome(name)):
                what = "the key" if name == table.key else "what happens after a row's moment"
                raise AisleError(
                    f"`{name}` is declared a feature, and `key`, `labels` or `outcomes` say that it is {what}; "
                    "take it out of one of them."
                )


def roles_of(types: Mapping[str, Sequence[pl.DataType]], table: Labelled, declared: Declared) -> dict[str, Role]:
    """Each column's role, in the columns' order.

    Parameters
    ----------
    types
        By column, its types in the parts.
    table, declared
        What the configuration says.
    """
    return {name: _role(name, kinds, table, declared) for name, kinds in types.items() if name != FAULT}


def _role(name: str, types: Sequence[pl.DataType], table: Labelled, declared: Declared) -> Role:
    if name == table.key:
        return "key"
    if name == table.moment:
        return "moment"
    if name in table.labels.values():
        return "label"
    if table.is_outcome(name):
        return "outcome"
    if not fits_any(name, declared.names) and declared.others == "leave_out":
        return "undeclared"
    return "unreadable" if all(why_unreadable(dtype) is not None for dtype in types) else "feature"


def absent(roles: Mapping[str, Role], declared: Declared) -> list[str]:
    """Declared columns that no part has, with the nearest names of those that are there."""
    lost = [name for name in declared.names if not is_pattern(name) and name not in roles]
    return [f"{name}{did_you_mean(name, roles).removesuffix('?')}" for name in lost]
