"""Sums over a session's vectors, in the order of its events, whatever else is asked."""

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def summed(starts: Ints, rows: Ints, powers: Floats, vectors: npt.NDArray[np.float32]) -> Floats:  # pragma: no cover
    """Each query's sum of vectors, an event's weighed by the power for the events since: (queries, d).

    Parameters
    ----------
    starts
        Where each query's events start, and the end.
    rows
        The events' rows of `vectors`; below 0 for none.
    powers
        By the events since.
    vectors
        (n, d).
    """
    sums = np.zeros((len(starts) - 1, vectors.shape[1]))
    for query in range(len(starts) - 1):
        for event in range(starts[query], starts[query + 1]):
            if rows[event] >= 0:
                power = powers[starts[query + 1] - 1 - event]
                for i in range(vectors.shape[1]):
                    sums[query, i] += power * np.float64(vectors[rows[event], i])
    return sums


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def last_known(starts: Ints, rows: Ints, items: Ints) -> Ints:  # pragma: no cover
    """Each query's item of the latest event that has a row; -1 where none has."""
    found = np.full(len(starts) - 1, -1, np.int64)
    for query in range(len(starts) - 1):
        for event in range(starts[query], starts[query + 1]):
            if rows[event] >= 0:
                found[query] = items[event]
    return found
