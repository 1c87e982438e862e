"""Rows as statistics of groups are learnt from them and told of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from features.local.levels import Codes, Levels
from features.local.settings import Local

Floats = npt.NDArray[np.float64]
Features = dict[str, npt.NDArray[np.floating[Any]]]


@dataclass(frozen=True)
class LocalRows:
    """n rows.

    Parameters
    ----------
    features
        What their own fields give, f32, null where unknown and not yet filled.
    codes
        (n,) by column of categories, as `levels` counts them.
    levels
        The taught rows' levels.
    targets
        (n,) by horizon, NaN where unknown; empty where rows are only described.
    """

    features: pl.DataFrame
    codes: Mapping[str, Codes]
    levels: Levels
    targets: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """The number of rows: a frame of no features has none."""
        return len(next(iter(self.codes.values()))) if self.codes else self.features.height

    def take(self, at: npt.NDArray[np.int64]) -> "LocalRows":
        """Some of the rows, as levels count all of them."""
        return LocalRows(
            self.features[at] if self.features.width else self.features,
            {name: codes[at] for name, codes in self.codes.items()},
            self.levels,
            {name: values[at] for name, values in self.targets.items()},
        )


class Learnt(Protocol):
    """What a group has learnt of the taught rows."""

    @property
    def table(self) -> pl.DataFrame:
        """All of it, as it is kept on disk."""
        ...

    def describe(self, rows: LocalRows) -> Features:
        """(n,) features by name, NaN where unknown; a row's depend on no other row."""
        ...


@dataclass(frozen=True)
class LocalGroup:
    """A group of features that taught rows tell of others.

    Parameters
    ----------
    name
        What it is called.
    about
        What it tells, and as which features.
    learn
        Learns from taught rows.
    read
        Opens what was kept of that.
    of
        Which columns of categories it reads, of the settings and of all that there are.
    reads_target
        Whether it reads targets: taught rows are then described by what was learnt of others (out of fold).
    """

    name: str
    about: str
    learn: Callable[[LocalRows, Local], Learnt]
    read: Callable[[pl.DataFrame, Levels, Local], Learnt]
    of: Callable[[Local, list[str]], Sequence[str]]
    reads_target: bool = False


def numbers_of(features: pl.DataFrame, name: str) -> npt.NDArray[np.float32]:
    """A feature, NaN where unknown."""
    return features[name].fill_null(float("nan")).to_numpy().astype(np.float32, copy=False)
