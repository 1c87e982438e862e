"""Features of two features: products, ratios and differences that the configuration names."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from features.local.levels import Levels
from features.local.rows import Features, Floats, LocalGroup, LocalRows, numbers_of
from features.local.settings import Local, Operation


@dataclass(frozen=True)
class Interactions:
    """Operations by the name of what they give."""

    operations: Mapping[str, Operation]

    @property
    def table(self) -> pl.DataFrame:
        """Nothing: the configuration says it all."""
        return pl.DataFrame()

    def describe(self, rows: LocalRows) -> Features:
        """The interactions by their names; those of features that rows lack are passed over."""
        there = set(rows.features.columns)
        return {
            name: _apply(one, numbers_of(rows.features, one.left), numbers_of(rows.features, one.right))
            for name, one in self.operations.items()
            if {one.left, one.right} <= there
        }


def _apply(operation: Operation, left: npt.NDArray[np.float32], right: npt.NDArray[np.float32]) -> Floats:
    a, b = left.astype(np.float64), right.astype(np.float64)
    if operation.sign == "*":
        return a * b
    if operation.sign == "-":
        return a - b
    return np.asarray(np.divide(a, b, out=np.full(len(a), np.nan), where=b != 0))


def _learn(_: LocalRows, local: Local) -> Interactions:
    return Interactions(local.operations)


def _read(_: pl.DataFrame, __: Levels, local: Local) -> Interactions:
    return Interactions(local.operations)


def _of(_: Local, __: list[str]) -> tuple[str, ...]:
    return ()


interactions = LocalGroup(
    "interactions",
    "Products, ratios and differences of two features, by the names that the configuration gives them.",
    _learn,
    _read,
    _of,
)
