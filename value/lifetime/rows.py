"""What a lifetime model learns from and is asked about, whether rows are impressions or customers at an origin."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
ByHorizon = Mapping[str, Floats]


def horizon_name(days: int) -> str:
    """What a horizon of so many days is called in columns, metrics and files: `d7`."""
    return f"d{days}"


def horizon_days(name: str) -> int:
    """How many days a horizon of such a name has."""
    return int(name.removeprefix("d"))


@dataclass(frozen=True)
class LifetimeRows:
    """Rows with what is known of them at their moment, and what they brought afterwards, by horizon.

    Parameters
    ----------
    features
        n rows, all f32, null or NaN where unknown.
    targets
        (n,) money, 0 or more, by horizon name, shortest first: what came within the horizon from the row's moment on;
        NaN where that is not known, because the horizon has not matured or the label is missing. They rise with the
        horizon where two are known.
    group
        (n,) who must not stand on two sides of a split: the customer, else the row.
    time
        (n,) the row's moment in ms: its origin, or its hour.
    told
        By horizon, by name: (n,) answers of models that stand outside, such as BTYD; they are shown beside others and
        may be part of what is chosen.
    known
        By horizon, by name: (n,) naive answers, shown only.
    level
        (n,) by horizon: what the season makes of money, as far as is known at the row's moment; learnt targets are
        divided by it and answers multiplied. A horizon that is not named has level 1.

    Raises
    ------
    ValueError
        If there is no horizon, lengths differ, a target is negative or infinite, or falls with the horizon.
    """

    features: pl.DataFrame
    targets: ByHorizon
    group: npt.NDArray[Any]
    time: npt.NDArray[np.int64]
    told: Mapping[str, ByHorizon] = field(default_factory=dict)
    known: Mapping[str, ByHorizon] = field(default_factory=dict)
    level: ByHorizon = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.targets:
            raise ValueError("`targets` must name at least one horizon, got none.")
        for name, values in self._columns().items():
            if len(values) != self.height:
                raise ValueError(f"`{name}` must have the features' {self.height} rows, got {len(values)}.")
        before: Floats | None = None
        for horizon, values in self.targets.items():
            bad = ~np.isnan(values) & (np.isinf(values) | (values < 0))
            if bad.any():
                raise ValueError(f"`targets[{horizon!r}]` must be finite and 0 or more, got {values[bad][0]:g}.")
            if before is not None and (falls := before > values * (1 + 1e-9) + 1e-9).any():
                at = int(np.flatnonzero(falls)[0])
                found = f"{values[at]:g} after {before[at]:g}"
                raise ValueError(f"`targets[{horizon!r}]` must not lie below the horizon before, got {found}.")
            before = values if before is None else np.fmax(before, values)

    @property
    def height(self) -> int:
        """The number of rows."""
        return self.features.height

    @property
    def horizons(self) -> tuple[str, ...]:
        """The horizons' names, shortest first."""
        return tuple(self.targets)

    def matured(self, horizon: str) -> npt.NDArray[np.bool_]:
        """(n,) whether what a horizon brought is known."""
        return ~np.isnan(self.targets[horizon])

    def take(self, where: npt.NDArray[Any]) -> "LifetimeRows":
        """The rows at these positions, or where a mask is true."""
        at = np.flatnonzero(where) if where.dtype == bool else where

        def some(columns: ByHorizon) -> dict[str, Floats]:
            return {name: values[at] for name, values in columns.items()}

        return LifetimeRows(
            self.features[at],
            some(self.targets),
            self.group[at],
            self.time[at],
            {horizon: some(columns) for horizon, columns in self.told.items()},
            {horizon: some(columns) for horizon, columns in self.known.items()},
            some(self.level),
        )

    def _columns(self) -> dict[str, npt.NDArray[Any]]:
        columns: dict[str, npt.NDArray[Any]] = {"group": self.group, "time": self.time}
        columns |= {f"targets[{name!r}]": values for name, values in self.targets.items()}
        columns |= {f"level[{name!r}]": values for name, values in self.level.items()}
        for kind, by_horizon in (("told", self.told), ("known", self.known)):
            for horizon, some in by_horizon.items():
                columns |= {f"{kind}[{horizon!r}][{name!r}]": values for name, values in some.items()}
        return columns
