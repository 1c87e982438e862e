"""The inner loop of vector likeness: a candidate's vector times those of the session."""

import numba
import numpy as np
import numpy.typing as npt

from features.question import Floats, Floats32, Ints, Question

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


def vector_likeness_rows(question: Question, into: Floats32) -> None:
    """Fill `vector_likeness`' features of every candidate."""
    asked, latest = question.candidates, question.latest
    _fill(*question.opened.vectors, latest.starts, latest.item, latest.weight, asked.starts, asked.item, into)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _fill(
    unit: Floats32,
    place: Ints,
    visited_starts: Ints,
    visited: Ints,
    weight: Floats,
    starts: Ints,
    item: Ints,
    into: Floats32,
) -> None:  # pragma: no cover
    first, end = np.empty(len(item), np.int64), np.empty(len(item), np.int64)
    for query in range(len(starts) - 1):
        first[starts[query] : starts[query + 1]] = visited_starts[query]
        end[starts[query] : starts[query + 1]] = visited_starts[query + 1]
    compare(unit, _rows_of(place, visited), weight, _rows_of(place, item), first, end, into)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _rows_of(place: Ints, items: Ints) -> Ints:  # pragma: no cover
    """Where the items' vectors stand, -1 for those without one."""
    rows = np.full(len(items), -1, np.int64)
    for i in range(len(items)):
        if 0 <= items[i] < len(place):
            rows[i] = place[items[i]]
    return rows
