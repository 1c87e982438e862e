"""The loops under the co-visit counting, compiled: one walk over the pairs of a range of items."""

from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from data.fixed import ONE

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint32]

RAW, COSINE = 0, 2
MOST = 65_535
"""Ranks and distances within a session are kept in 16 bits."""


class Log(NamedTuple):
    """One shard, and what its events' ages come to: a row of `decays` for each distinct half life."""

    offsets: Ints
    items: Codes
    ts: Ints
    types: npt.NDArray[np.uint8]
    decays: Floats


class Rules(NamedTuple):
    """All members' weightings as the kernels read them: a row a member."""

    window: Ints
    last: Ints
    max_gap: Ints
    forward_only: npt.NDArray[np.bool_]
    keep_self: npt.NDArray[np.bool_]
    typed: npt.NDArray[np.bool_]
    normalise: Ints
    decay: Ints  # the member's row of the log's decays, -1 for none
    divisor: Floats  # by gap
    worth: Floats  # by type
    table: Ints  # by gap and type: the weight of a pair that does not age


# The kernels unpack the tuples of arrays before their loops: reading a tuple's field counts a reference, which two
# threads would fight over.


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def fill_decays(
    log: Log, half_lives: Floats, until: int, half: float, first: int, end: int
) -> None:  # pragma: no cover
    """Age the sessions' events. `half` is an argument: as a constant, pow becomes exp2, which rounds differently."""
    ts, decays = log.ts, log.decays
    for h in range(len(half_lives)):
        for p in range(log.offsets[first], log.offsets[end]):
            decays[h, p] = half ** ((until - ts[p]) / half_lives[h])


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _aged(decay: float, divisor: float, worth: float) -> int:  # pragma: no cover
    return int(np.rint(decay / divisor * worth * ONE))


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def sum_rows(log: Log, rules: Rules, m: int, n_items: int, first: int, end: int) -> Ints:  # pragma: no cover
    """(2, items) the sums of some sessions' forward pairs, by the earlier item and by the later."""
    offsets, items, ts, types = log.offsets, log.items, log.ts, log.types
    table, divisor, worth, keep_self = rules.table[m], rules.divisor[m], rules.worth[m], rules.keep_self[m]
    last, max_gap, window, typed = rules.last[m], rules.max_gap[m], rules.window[m], rules.typed[m]
    aged = rules.decay[m] >= 0
    decays = log.decays[max(rules.decay[m], 0)] if aged else np.empty(0)
    sums = np.zeros((2, n_items), np.int64)
    for s in range(first, end):
        stop = offsets[s + 1]
        for p in range(max(offsets[s], stop - last), stop):
            item, mine = items[p], 0
            for q in range(p + 1, min(p + max_gap + 1, stop)):
                if ts[q] - ts[p] > window:
                    break
                if keep_self or items[q] != item:
                    kind = np.int64(types[q]) if typed else 0  # not even read where they do not matter
                    weight = _aged(decays[p], divisor[q - p], worth[kind]) if aged else table[q - p, kind]
                    mine += weight
                    sums[1, items[q]] += weight
            sums[0, item] += mine
    return sums


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def count_occurrences(offsets: Ints, items: Codes, last: int, n_items: int) -> Ints:  # pragma: no cover
    """How often each item stands among its sessions' last events."""
    count = np.zeros(n_items, np.int64)
    for s in range(len(offsets) - 1):
        for p in range(max(offsets[s], offsets[s + 1] - last), offsets[s + 1]):
            count[items[p]] += 1
    return count


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def look_up(
    log: Log, rules: Rules, first: int, starts: Ints
) -> tuple[Codes, npt.NDArray[np.uint16]]:  # pragma: no cover
    """Where a range's items stand in the log, and how far each member's pairs reach from there: back, on."""
    offsets, items, ts = log.offsets, log.items, log.ts
    lasts, max_gap, window, forward_only = rules.last, rules.max_gap, rules.window, rules.forward_only
    members, count, last = len(lasts), len(starts) - 1, lasts.max()
    places = np.empty(starts[-1], np.uint32)
    reach = np.zeros((starts[-1], members, 2), np.uint16)
    free = starts[:-1].copy()
    low, high = np.empty(members, np.int64), np.empty(members, np.int64)
    for s in range(len(offsets) - 1):
        stop = offsets[s + 1]
        begin = max(offsets[s], stop - last)
        for m in range(members):
            low[m] = high[m] = max(begin, stop - lasts[m])
        for p in range(begin, stop):
            i = np.int64(items[p]) - first
            if i < 0 or i >= count:
                continue
            k = free[i]
            free[i] = k + 1
            places[k] = p
            for m in range(members):
                if p < stop - lasts[m]:
                    continue
                while ts[p] - ts[low[m]] > window[m]:  # within a session, a window's ends only ever move on
                    low[m] += 1
                high[m] = max(high[m], p)
                while high[m] + 1 < stop and ts[high[m] + 1] - ts[p] <= window[m]:
                    high[m] += 1
                reach[k, m, 0] = 0 if forward_only[m] else min(p - low[m], max_gap[m])
                reach[k, m, 1] = min(high[m] - p, max_gap[m])
    return places, reach


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def count_items(
    log: Log,
    rules: Rules,
    sums: Ints,
    first: int,
    starts: Ints,
    places: Codes,
    reach: npt.NDArray[np.uint16],
    neighbours: int,
) -> tuple[Ints, tuple[Codes, Codes, npt.NDArray[np.uint16], npt.NDArray[np.float32]]]:  # pragma: no cover
    """The rows of each member, and their columns: item, neighbour, rank, score."""
    items, types, all_decays, no_decays = log.items, log.types, log.decays, np.empty(0)
    members, n_items, most = len(rules.last), sums.shape[2], neighbours * (len(starts) - 1)
    item_of, code_of = np.empty((members, most), np.uint32), np.empty((members, most), np.uint32)
    rank_of, score_of = np.empty((members, most), np.uint16), np.empty((members, most), np.float32)
    rows = np.zeros(members, np.int64)
    total, seen = np.zeros(n_items, np.int64), np.empty(n_items + 1, np.uint32)
    scores, codes = np.empty(neighbours), np.empty(neighbours, np.uint32)
    for i in range(len(starts) - 1):
        for m in range(members):  # members in the inner loop find the sessions in the processor's cache
            aged, typed = rules.decay[m] >= 0, rules.typed[m]
            decays = all_decays[rules.decay[m]] if aged else no_decays
            weights = (rules.table[m], decays, rules.divisor[m], rules.worth[m])
            around = (places[starts[i] : starts[i + 1]], reach[starts[i] : starts[i + 1], m])
            found = _add_up(items, types, aged, typed, *weights, *around, total, seen)
            if not rules.keep_self[m]:
                total[first + i] = 0
            kept = _best(rules.normalise[m], sums[m, 0, first + i], sums[m, 1], total, seen[:found], scores, codes)
            for rank in range(kept):
                row = rows[m] + rank
                item_of[m, row], code_of[m, row] = first + i, codes[rank]
                rank_of[m, row], score_of[m, row] = rank + 1, scores[rank]
            rows[m] += kept
    return rows, (item_of, code_of, rank_of, score_of)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _add_up(
    items: Codes,
    types: npt.NDArray[np.uint8],
    aged: bool,
    typed: bool,
    table: Ints,
    decays: Floats,
    divisor: Floats,
    worth: Floats,
    places: Codes,
    reach: npt.NDArray[np.uint16],
    total: Ints,
    seen: Codes,
) -> int:  # pragma: no cover
    """Sum the pairs of one item's occurrences in `total`, and note in `seen` which neighbours there are."""
    found = 0
    for k in range(len(places)):
        p = int(np.int64(places[k]))
        for q in range(p - np.int64(reach[k, 0]), p + np.int64(reach[k, 1]) + 1):
            if q == p:
                continue
            kind = np.int64(types[max(p, q)]) if typed else 0
            weight = _aged(decays[min(p, q)], divisor[abs(p - q)], worth[kind]) if aged else table[abs(p - q), kind]
            before = total[items[q]]
            total[items[q]] = before + weight
            seen[found] = items[q]  # overwritten by the next if it is not new: no branch to foresee
            found += 1 if (before == 0) & (weight > 0) else 0
    return found


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _best(
    normalise: int, mine: int, sums: Ints, total: Ints, seen: Codes, scores: Floats, codes: Codes
) -> int:  # pragma: no cover
    """Leave the best of `seen` in `scores` and `codes`, best first, return how many, and clear `total`."""
    size, full, item_sum = 0, len(scores), mine / ONE
    for other in seen:
        score = total[other] / ONE
        total[other] = 0
        if score == 0.0:  # the item itself, not to be kept
            continue
        if normalise == COSINE:
            score /= np.sqrt(item_sum * (sums[other] / ONE))
        elif normalise != RAW:
            score /= item_sum
        if size < full:
            scores[size], codes[size] = score, other
            size += 1
            if size == full:
                _heapify(scores, codes, size)
        elif _worse(scores[0], codes[0], score, other):
            scores[0], codes[0] = score, other
            _sink(scores, codes, 0, size)
    if size < full:
        _heapify(scores, codes, size)
    for end in range(size - 1, 0, -1):  # the worst of the rest goes to the end
        _swap(scores, codes, 0, end)
        _sink(scores, codes, 0, end)
    return size


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _worse(score: float, code: int, other_score: float, other_code: int) -> bool:  # pragma: no cover
    return score < other_score or (score == other_score and code > other_code)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _heapify(scores: Floats, codes: Codes, size: int) -> None:  # pragma: no cover
    """Bring the worst of the first `size` to the top of a binary heap."""
    for at in range(size // 2 - 1, -1, -1):
        _sink(scores, codes, at, size)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _sink(scores: Floats, codes: Codes, at: int, size: int) -> None:  # pragma: no cover
    child = 2 * at + 1
    while child < size:
        if child + 1 < size and _worse(scores[child + 1], codes[child + 1], scores[child], codes[child]):
            child += 1
        if not _worse(scores[child], codes[child], scores[at], codes[at]):
            return
        _swap(scores, codes, at, child)
        at, child = child, 2 * child + 1


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _swap(scores: Floats, codes: Codes, a: int, b: int) -> None:  # pragma: no cover
    scores[a], scores[b] = scores[b], scores[a]
    codes[a], codes[b] = codes[b], codes[a]
