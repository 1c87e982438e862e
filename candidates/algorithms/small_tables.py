"""What kernels count in: small hash tables, made for one query, whatever the size of the catalogue; and its best."""

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
FREE = -1
SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / the golden ratio: neighbouring codes go far apart


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def table_for(entries: int) -> Ints:  # pragma: no cover
    """An empty table with room for so many keys: a power of two, at least half of it free."""
    size = 8
    while size < 2 * entries:
        size *= 2
    return np.full(size, FREE, np.int64)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def slot_of(table: Ints, key: int) -> np.int64:  # pragma: no cover
    """Where a key (0 or more) stands in a table, or the free slot where it is to stand."""
    last = len(table) - 1
    slot = np.int64((np.uint64(key) * SPREAD) >> np.uint64(33)) & last
    while table[slot] != key and table[slot] != FREE:
        slot = (slot + 1) & last
    return slot


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def best_first(scores: Floats, items: Ints, k: int) -> int:  # pragma: no cover
    """Bring the `k` highest scores with their items to the front, best first, ties by the smaller item: how many."""
    size = min(k, len(items))
    for at in range(size // 2 - 1, -1, -1):  # a heap with the worst on top
        _sink(scores, items, at, size)
    for other in range(size, len(items)):
        if size and _worse(scores, items, 0, other):
            _swap(scores, items, 0, other)
            _sink(scores, items, 0, size)
    for end in range(size - 1, 0, -1):
        _swap(scores, items, 0, end)
        _sink(scores, items, 0, end)
    return size


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _sink(scores: Floats, items: Ints, at: int, size: int) -> None:  # pragma: no cover
    child = 2 * at + 1
    while child < size:
        if child + 1 < size and _worse(scores, items, child + 1, child):
            child += 1
        if not _worse(scores, items, child, at):
            return
        _swap(scores, items, at, child)
        at, child = child, 2 * child + 1


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _worse(scores: Floats, items: Ints, one: int, other: int) -> bool:  # pragma: no cover
    return bool(scores[one] < scores[other] or (scores[one] == scores[other] and items[one] > items[other]))


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _swap(scores: Floats, items: Ints, one: int, other: int) -> None:  # pragma: no cover
    scores[one], scores[other] = scores[other], scores[one]
    items[one], items[other] = items[other], items[one]
