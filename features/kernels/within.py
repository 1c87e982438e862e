"""The inner loops of comparing a query's candidates with each other."""

from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from data.fixed import ONE

ROUNDING: Final = 1e-6
"""Differences below this share of a query's largest value are none."""


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def standardise(
    values: npt.NDArray[np.float64], order: npt.NDArray[np.int64], starts: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:  # pragma: no cover
    """Distances from the query's mean in standard deviations; 0 where all are alike, NaN stays.

    Values are scaled by the query's largest, once before and once after the mean is taken away, so that sums of
    whole numbers of 2^-24 are sharp: they are the same for any order of the rows.

    Parameters
    ----------
    values
        One feature of all rows.
    order, starts
        The rows query by query, and where each query starts in that order, and the end.
    """
    into = np.full(len(values), np.nan, np.float32)
    for query in range(len(starts) - 1):
        rows = order[starts[query] : starts[query + 1]]
        mine = values[rows]
        known = ~np.isnan(mine)
        some = mine[known]
        if len(some):
            _scale(some, 0.0)
            some -= _mean(some)
            _scale(some, ROUNDING)
            deviation = np.sqrt(_mean(some * some))
            if deviation > 0.0:
                some /= deviation
            into[rows[known]] = some
    return into


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def place(
    values: npt.NDArray[np.float64], order: npt.NDArray[np.int64], starts: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:  # pragma: no cover
    """The share of the query's values that are at least as large; see `standardise`."""
    into = np.full(len(values), np.nan, np.float32)
    for query in range(len(starts) - 1):
        rows = order[starts[query] : starts[query + 1]]
        mine = values[rows]
        rising = np.sort(mine[~np.isnan(mine)])
        for i in range(len(rows)):
            if not np.isnan(mine[i]):
                into[rows[i]] = (len(rising) - np.searchsorted(rising, mine[i])) / len(rising)
    return into


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _scale(values: npt.NDArray[np.float64], least: float) -> None:  # pragma: no cover
    """Divide by the largest; all 0 where that is not above `least`."""
    largest = np.max(np.abs(values))
    if largest > least:
        values /= largest
    else:
        values[:] = 0.0


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _mean(values: npt.NDArray[np.float64]) -> float:  # pragma: no cover
    total = np.int64(0)
    for value in values:
        total += np.int64(np.round(value * ONE))
    return total / ONE / len(values)
