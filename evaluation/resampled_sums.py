"""How far measures of sums would move with other sessions of the same kind: the bootstrap, by distinct rows."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from evaluation.bootstrap import Resampled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
AT_ONCE = 50
LARGEST = 2**53  # whole numbers up to here are added in float64 without a loss, and so in any order


def resampled(units: Ints, statistic: Callable[[Floats], Floats], resamples: int, seed: int) -> Resampled:
    """Measures that are functions of sums over units, resampled (Efron 1979, "Bootstrap methods").

    Units with the same row are drawn together: how often each distinct row comes is multinomial, which is the same
    distribution as drawing unit by unit, and takes time by distinct rows.

    Parameters
    ----------
    units
        Whole numbers, 0 or more; a row a unit, such as a session, a column a sum; shape (units, columns).
    statistic
        From sums, shape (..., columns), to measures, shape (..., measures).
    resamples
        How many draws.
    seed
        Of the draws.

    Raises
    ------
    ValueError
        If a sum could pass 2**53, above which float64 loses whole numbers.
    """
    if units.size and len(units) * float(units.max()) >= LARGEST:
        raise ValueError(f"`units` must add up to less than 2**53, got {len(units):,} rows up to {units.max():,}.")
    rows, counts = np.unique(units, axis=0, return_counts=True)
    summed = rows.astype(np.float64)
    value = statistic(counts.astype(np.float64) @ summed)
    if not len(units):
        return Resampled(value, np.full((resamples, len(value)), np.nan))
    rng, draws = np.random.default_rng(seed), []
    for first in range(0, resamples, AT_ONCE):
        drawn = rng.multinomial(len(units), counts / len(units), size=min(AT_ONCE, resamples - first))
        draws.append(statistic(drawn.astype(np.float64) @ summed))
    return Resampled(value, np.concatenate(draws))
