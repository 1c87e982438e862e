"""What a value model learns from and is asked about, whether the rows come from a log or from a flat table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ValueRows:
    """Rows with what is known of them and what they came to be worth.

    Parameters
    ----------
    features
        n rows: one a (session, cut), all f32, or a row of a flat table, of mixed types.
    target
        (n,) money, 0 or more: the final value.
    group
        (n,) who must not stand on two sides of a split: the user, else the session.
    so_far
        (n,) the value at the cut, 0 or more; null where there is no such thing.
    weight
        (n,) above 0; null for equal weights.
    time
        (n,) when the session began, in ms: what splits by time follow; null where rows have no time.
    known
        (n,) each, the naive baselines by name, such as `value_so_far`.

    Raises
    ------
    ValueError
        If lengths differ, or values are negative or not finite.
    """

    features: pl.DataFrame
    target: Floats
    group: npt.NDArray[Any]
    so_far: Floats | None = None
    weight: Floats | None = None
    time: npt.NDArray[np.int64] | None = None
    known: Mapping[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns = {
            "target": self.target,
            "group": self.group,
            "so_far": self.so_far,
            "weight": self.weight,
            "time": self.time,
        }
        columns |= {f"known[{name!r}]": values for name, values in self.known.items()}
        for name, values in columns.items():
            if values is not None and len(values) != self.height:
                raise ValueError(f"`{name}` must have the features' {self.height} rows, got {len(values)}.")
        for name in ("target", "so_far"):
            values = columns[name]
            if values is not None and not (np.isfinite(values).all() and (values >= 0).all()):
                raise ValueError(f"`{name}` must be finite and 0 or more; leave rows without a value out.")

    @property
    def height(self) -> int:
        """The number of rows."""
        return self.features.height

    def take(self, where: npt.NDArray[Any]) -> "ValueRows":
        """The rows at these positions, or where a mask is true."""
        at = np.flatnonzero(where) if where.dtype == bool else where

        def some(values: npt.NDArray[Any] | None) -> Any:
            return None if values is None else values[at]

        return ValueRows(
            self.features[at],
            self.target[at],
            self.group[at],
            some(self.so_far),
            some(self.weight),
            some(self.time),
            {name: values[at] for name, values in self.known.items()},
        )
