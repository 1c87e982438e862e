"""How far a measure may lie from what was measured, because other rows could have been asked: the bootstrap.

After Efron 1979, "Bootstrap Methods: Another Look at the Jackknife"; rows that belong together are drawn together.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]


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


def percentile_range(values: npt.ArrayLike, coverage: float = 0.95) -> tuple[float, float]:
    """The percentiles of drawn values between which `coverage` of them lie, those that are missing left out."""
    outside = 50 * (1 - coverage)
    low, high = np.nanpercentile(np.asarray(values, np.float64), [outside, 100 - outside])
    return float(low), float(high)
