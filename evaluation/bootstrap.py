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
    random, rows = np.random.default_rng(seed), np.arange(len(codes))
    for _ in range(draws):
        times = np.bincount(random.integers(len(names), size=len(names)), minlength=len(names))
        yield np.repeat(rows, times[codes])


def percentile_range(values: npt.ArrayLike, coverage: float = 0.95) -> tuple[float, float]:
    """The percentiles of drawn values between which `coverage` of them lie, those that are missing left out."""
    outside = 50 * (1 - coverage)
    low, high = np.nanpercentile(np.asarray(values, np.float64), [outside, 100 - outside])
    return float(low), float(high)
