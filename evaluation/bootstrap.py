"""How far a measure may lie from what was measured, because other rows could have been asked: the bootstrap.

After Efron 1979, "Bootstrap Methods: Another Look at the Jackknife"; rows that belong together are drawn together.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
LEVEL = 0.95


def drawn_groups(groups: npt.NDArray[np.generic], draws: int, seed: int = 42) -> Iterator[Places]:
    """Positions of rows, ascending: as many groups as there are, drawn with replacement, each with all of its rows.

    Measures of two predictions at the same positions are paired, so that the range of their difference is that of the
    difference alone.

    Parameters
    ----------
    groups
        Who belongs together; shape (rows,).
    draws
        How many times they are drawn.
    seed
        Of the drawing.
    """
    names, codes = np.unique(groups, return_inverse=True)
    rows = np.arange(len(codes))
    for times in drawn_times(len(names), draws, seed):
        yield np.repeat(rows, times[codes])


def drawn_times(units: int, draws: int, seed: int = 42) -> Iterator[Places]:
    """How often each unit comes where as many are drawn with replacement; shape (units,), a draw after the other.

    Measures of sums and of sorted rows need no more: a row that comes twice counts twice.

    Parameters
    ----------
    units
        How many there are, one at least.
    draws
        How many times they are drawn.
    seed
        Of the drawing.
    """
    random = np.random.default_rng(seed)
    for _ in range(draws):
        yield np.bincount(random.integers(units, size=units), minlength=units)


def percentile_range(values: npt.ArrayLike, coverage: float = LEVEL) -> tuple[float, float]:
    """The percentiles of drawn values between which `coverage` of them lie (Efron, Tibshirani 1993, chapter 13).

    Values that are missing are left out; NaN where all are.
    """
    drawn = np.asarray(values, np.float64)
    known = drawn[~np.isnan(drawn)]
    if not len(known):
        return np.nan, np.nan
    low, high = np.quantile(known, [(1 - coverage) / 2, (1 + coverage) / 2])
    return float(low), float(high)


@dataclass(frozen=True)
class Resampled:
    """Measures of some units, and of as many units drawn from them again and again.

    Parameters
    ----------
    value
        Of the units themselves, shape (measures,).
    draws
        Shape (resamples, measures); NaN where a draw leaves a measure undefined.
    """

    value: Floats
    draws: Floats

    def interval(self, level: float = LEVEL) -> Floats:
        """The percentile interval, shape (2, measures); NaN where undefined."""
        return np.array([percentile_range(column, level) for column in self.draws.T]).reshape(-1, 2).T

    @property
    def error(self) -> Floats:
        """The bootstrap's standard error, shape (measures,); NaN where undefined."""
        return np.array([_deviation(column) for column in self.draws.T])


def _deviation(draws: Floats) -> float:
    known = draws[~np.isnan(draws)]
    return float(known.std(ddof=1)) if len(known) > 1 else np.nan
