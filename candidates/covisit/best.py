"""The compiled choice of each item's best neighbours, for all members from one list of its pairs."""

from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from candidates.covisit.loops import Codes, Floats, Ints


class Scoring(NamedTuple):
    """How a pair's summed weight becomes a score: weight x `its`[neighbour] / `mine`[item], or that one's logarithm."""

    mine: Floats  # (items, members)
    its: Floats  # (items, members)
    logarithm: npt.NDArray[np.bool_]  # only what lies above 0 is kept
    keep: Ints  # neighbours an item


def make_slots(its: Floats) -> Floats:
    """(items, 2 members): room for an item's sums, and beside them, in the processor's same line, what they turn by."""
    return np.concatenate([np.zeros_like(its), its], axis=1)  # numpy's own arrays lie in huge pages, numba's do not


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def best_rows(
    pairs: Codes, starts: Ints, ends: Ints, scoring: Scoring, first: int, slots: Floats
) -> tuple[Ints, tuple[Codes, Codes, npt.NDArray[np.uint16], npt.NDArray[np.float32]]]:  # pragma: no cover
    """Each member's number of rows and their columns (members, rows): item, neighbour, rank, score.

    `slots` comes from `make_slots` and is left as it was.
    """
    mine, logarithm, keep = scoring.mine, scoring.logarithm, scoring.keep
    members, most = len(keep), keep.max()
    shape = (members, most * len(ends))
    item_of, code_of = np.empty(shape, np.uint32), np.empty(shape, np.uint32)
    rank_of, score_of = np.empty(shape, np.uint16), np.empty(shape, np.float32)
    rows, kept = np.zeros(members, np.int64), np.empty(members, np.int64)
    seen = np.empty((ends - starts[:-1]).max() + 1, np.uint32)
    keys, codes = np.empty((members, most)), np.empty((members, most), np.uint32)
    for i in range(len(ends)):
        found = _add_up(pairs, starts[i], ends[i], slots, members, seen)
        _choose(seen[:found], slots, mine[first + i], logarithm, keep, keys, codes, kept)
        for m in range(members):
            _sort(keys[m], codes[m], kept[m])
            for rank in range(kept[m]):
                row = rows[m] + rank
                score = keys[m, rank] / mine[first + i, m]
                item_of[m, row], code_of[m, row], rank_of[m, row] = first + i, codes[m, rank], rank + 1
                score_of[m, row] = np.log(score) if logarithm[m] else score
            rows[m] += kept[m]
    return rows, (item_of, code_of, rank_of, score_of)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _add_up(pairs: Codes, start: int, end: int, slots: Floats, members: int, seen: Codes) -> int:  # pragma: no cover
    """Sum one item's pairs in the slots, and note in `seen` which neighbours there are."""
    found = 0
    for k in range(start, end):
        code = pairs[k, 0]
        before = 0.0
        for m in range(members):
            before += slots[code, m]
            slots[code, m] += pairs[k, m + 1]
        seen[found] = code  # overwritten by the next if it is not new: no branch to foresee
        found += before == 0.0
    return found


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _choose(
    seen: Codes,
    slots: Floats,
    mine: Floats,
    logarithm: npt.NDArray[np.bool_],
    keep: Ints,
    keys: Floats,
    codes: Codes,
    kept: Ints,
) -> None:  # pragma: no cover
    """Leave the best of `seen` in heaps, a row of `keys` and `codes` a member, and clear the sums."""
    members = len(keep)
    kept[:] = 0
    for code in seen:
        for m in range(members):
            key = slots[code, m] * slots[code, members + m]
            slots[code, m] = 0.0
            size = kept[m]
            if size == keep[m]:
                if _worse(keys[m, 0], codes[m, 0], key, code):
                    keys[m, 0], codes[m, 0] = key, code
                    _sink(keys[m], codes[m], 0, size)
            elif key / mine[m] > 1.0 if logarithm[m] else key > 0.0:  # as the score is: its logarithm is above 0
                keys[m, size], codes[m, size] = key, code
                kept[m] = size + 1
                if size + 1 == keep[m]:
                    _heapify(keys[m], codes[m], size + 1)
    for m in range(members):
        if kept[m] < keep[m]:
            _heapify(keys[m], codes[m], kept[m])


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _sort(keys: Floats, codes: Codes, size: int) -> None:  # pragma: no cover
    """Turn a heap into a list, best first."""
    for end in range(size - 1, 0, -1):  # the worst of the rest goes to the end
        _swap(keys, codes, 0, end)
        _sink(keys, codes, 0, end)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _worse(key: float, code: int, other_key: float, other_code: int) -> bool:  # pragma: no cover
    return key < other_key or (key == other_key and code > other_code)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _heapify(keys: Floats, codes: Codes, size: int) -> None:  # pragma: no cover
    """Bring the worst of the first `size` to the top of a binary heap."""
    for at in range(size // 2 - 1, -1, -1):
        _sink(keys, codes, at, size)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _sink(keys: Floats, codes: Codes, at: int, size: int) -> None:  # pragma: no cover
    child = 2 * at + 1
    while child < size:
        if child + 1 < size and _worse(keys[child + 1], codes[child + 1], keys[child], codes[child]):
            child += 1
        if not _worse(keys[child], codes[child], keys[at], codes[at]):
            return
        _swap(keys, codes, at, child)
        at, child = child, 2 * child + 1


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _swap(keys: Floats, codes: Codes, a: int, b: int) -> None:  # pragma: no cover
    keys[a], keys[b] = keys[b], keys[a]
    codes[a], codes[b] = codes[b], codes[a]
