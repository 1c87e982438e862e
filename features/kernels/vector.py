"""The inner loop of vector likeness: a candidate's vector times those of the session."""

import numba
import numpy as np
import numpy.typing as npt

COLUMNS = ("last", "session", "max")
"""What is filled: to the latest item, to the session's weighted mean, to the nearest visited item."""


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def compare(
    vectors: npt.NDArray[np.float32],
    visited: npt.NDArray[np.int64],
    weight: npt.NDArray[np.float64],
    item: npt.NDArray[np.int64],
    first: npt.NDArray[np.int64],
    end: npt.NDArray[np.int64],
    into: npt.NDArray[np.float32],
) -> None:  # pragma: no cover
    """Fill `into`, (`COLUMNS`, rows), with cosines; NaN where a side has no vector.

    Parameters
    ----------
    vectors
        Rows of length one.
    visited, weight
        The sessions' items as rows of `vectors` (-1 without one), the latest first, and what each counts.
    item
        The candidates as rows of `vectors`.
    first, end
        Where each candidate's visited items start and end.
    into
        Room for the answers.
    """
    mean = np.zeros(vectors.shape[1])
    into[:] = np.nan
    held = -1  # whose mean it is
    length = 0.0
    for row in range(len(item)):
        if first[row] == end[row]:
            continue
        if first[row] != held:
            held = first[row]
            length = _mean(vectors, visited, weight, first[row], end[row], mean)
        if item[row] < 0:
            continue
        mine = vectors[item[row]]
        if length > 1e-9:
            into[1, row] = _dot(mine, mean) / length
        for place in range(first[row], end[row]):
            if visited[place] >= 0:
                cosine = np.float32(_dot(mine, vectors[visited[place]]))
                if place == first[row]:
                    into[0, row] = cosine
                if not into[2, row] >= cosine:  # NaN at first
                    into[2, row] = cosine


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _mean(
    vectors: npt.NDArray[np.float32],
    visited: npt.NDArray[np.int64],
    weight: npt.NDArray[np.float64],
    first: int,
    end: int,
    into: npt.NDArray[np.float64],
) -> float:  # pragma: no cover
    """Sum a session's vectors by weight, the latest first; its length."""
    into[:] = 0.0
    for place in range(first, end):
        if visited[place] >= 0:
            for d in range(len(into)):
                into[d] += weight[place] * vectors[visited[place], d]
    square = 0.0
    for d in range(len(into)):
        square += into[d] * into[d]
    return float(np.sqrt(square))


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _dot(one: npt.NDArray[np.float32], other: npt.NDArray[np.float64]) -> float:  # pragma: no cover
    """The scalar product, summed in the dimensions' order."""
    total = 0.0
    for d in range(len(one)):
        total += one[d] * other[d]
    return total
