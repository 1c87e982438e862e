"""Each query's rows in order: by falling score, ties by the smaller item."""

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
RUN = 12
"""So many rows are sorted by insertion before runs are merged."""


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def order_of(starts: Ints, scores: Floats, items: Ints) -> Ints:  # pragma: no cover
    """The rows' numbers in order, query by query.

    Parameters
    ----------
    starts
        Where each query's rows start, and the end.
    scores, items
        The rows; an item stands once a query.
    """
    order = np.arange(len(items))
    spare = np.empty(len(items), np.int64)
    for query in range(len(starts) - 1):
        first, end = starts[query], starts[query + 1]
        for begin in range(first, end, RUN):
            _insert(order, begin, min(begin + RUN, end), scores, items)
        width = RUN
        while width < end - first:
            for begin in range(first, end - width, 2 * width):
                _merge(order, spare, begin, begin + width, min(begin + 2 * width, end), scores, items)
            width *= 2
    return order


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _before(one: int, other: int, scores: Floats, items: Ints) -> bool:  # pragma: no cover
    return bool(scores[one] > scores[other] or (scores[one] == scores[other] and items[one] < items[other]))


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _insert(order: Ints, begin: int, end: int, scores: Floats, items: Ints) -> None:  # pragma: no cover
    """Sort a few."""
    for i in range(begin + 1, end):
        row, at = order[i], i
        while at > begin and _before(row, order[at - 1], scores, items):
            order[at] = order[at - 1]
            at -= 1
        order[at] = row


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _merge(
    order: Ints, spare: Ints, begin: int, middle: int, end: int, scores: Floats, items: Ints
) -> None:  # pragma: no cover
    """Make one sorted run of two that follow each other."""
    spare[begin:middle] = order[begin:middle]
    left, right = begin, middle
    for at in range(begin, end):
        if left == middle:
            return  # the rest stands where it belongs
        if right < end and _before(order[right], spare[left], scores, items):
            order[at] = order[right]
            right += 1
        else:
            order[at] = spare[left]
            left += 1
