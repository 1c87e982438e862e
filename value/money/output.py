"""A weighted sum of methods' columns, of money or of its logarithm, with a level: what leaves as one output."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Columns = Mapping[str, Floats]


@dataclass(frozen=True)
class Output:
    """One output from several columns.

    Parameters
    ----------
    name
        What it is called in tables.
    weights
        What each column counts.
    logged
        Whether log(1 + column) is summed, and the sum taken back by expm1.
    shift
        Added to the sum.
    factor
        Multiplies the result.
    """

    name: str
    weights: Mapping[str, float]
    logged: bool = False
    shift: float = 0.0
    factor: float = 1.0

    def __call__(self, columns: Columns) -> Floats:
        """The output of rows whose columns are given by name, 0 or more."""
        total = self.shift + np.zeros(len(next(iter(columns.values()))))
        for name, weight in self.weights.items():  # one after another, so that sums have one order
            total = total + weight * (np.log1p(columns[name]) if self.logged else columns[name])
        return np.maximum(self.factor * (np.expm1(total) if self.logged else total), 0.0)

    def to_json(self) -> dict[str, Any]:
        """The output as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Output":
        """What `to_json` gave."""
        return cls(**values)


def mean_of(name: str, columns: Sequence[str], *, logged: bool = False) -> Output:
    """The plain mean of columns; of their logarithms the geometric mean."""
    return Output(name, dict.fromkeys(columns, 1 / len(columns)), logged)


def weighted_median(values: Floats, weights: Floats) -> float:
    """The value at which half of the weight lies below: the factor of least absolute error, if values are ratios."""
    order = np.argsort(values, kind="stable")
    half = np.cumsum(weights[order])
    return float(values[order][int(np.searchsorted(half, half[-1] / 2))])
