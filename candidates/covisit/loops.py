"""The compiled loops over the pairs of events: their weights, their sums, and their rows item by item."""

from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint32]

TYPE_SHIFT = 30
"""An event is one number: the item's code below, the type's place in `TYPES` in the two highest of 32 bits."""

SAME, BACK, KINDS = 9, 18, 36
"""A pair's kind: 3 x the earlier type + the later, + 9 if the items are equal, + 18 if seen from the later event."""

MASK = 2**TYPE_SHIFT - 1


class Log(NamedTuple):
    """The events as the kernels read them, in every session sorted by time."""

    offsets: Ints  # (sessions + 1) where each session begins, and the number of events
    events: Codes  # (events) type and item
    ts: Ints  # (events) milliseconds
    items: int  # the catalogue's size: codes lie below it


class Rules(NamedTuple):
    """All members' configurations as numbers: a column a member."""

    window: Ints  # milliseconds
    last: Ints  # events of a session
    since: Ints  # the time from which events count
    age: Ints  # the row of `powers` that ages an event, -1 for none
    apart: Ints  # the row of `powers` that weighs the time between both events, -1 for none
    by_length: Floats  # (a session's kept events, members)
    by_kind: Floats  # (events apart, kinds, members), in units of 2^-24
    powers: Floats  # (half lives, 3, entries): see `power`
    until: int  # the history's end, from which ages count
    back: bool  # whether any member also counts from the later event to the earlier


# The kernels unpack the tuples of arrays before their loops: reading a tuple's field counts a reference, which two
# threads would fight over.


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _power(powers: Floats, row: int, ms: int) -> float:  # pragma: no cover
    """0.5 ^ (ms / half life) as the product of three entries, for one's bits of 2^20 ms, of 2^10 ms and of 1 ms."""
    high = powers[row, 0, ms >> 20] * powers[row, 1, (ms >> 10) & 1023]
    return float(high * powers[row, 2, ms & 1023])


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _fill_factors(
    ts: Ints,
    last: Ints,
    since: Ints,
    age: Ints,
    by_length: Floats,
    powers: Floats,
    until: int,
    begin: int,
    stop: int,
    factors: Floats,
) -> None:  # pragma: no cover
    """What each event of a session brings to the pairs in which it is the earlier: (event, member), from `begin`."""
    for m in range(len(last)):
        low = max(begin, stop - last[m])
        while low < stop and ts[low] < since[m]:
            low += 1
        for p in range(begin, low):
            factors[p - begin, m] = 0.0
        share = by_length[stop - low, m]
        for p in range(low, stop):
            aged = _power(powers, age[m], max(until - ts[p], 0)) if age[m] >= 0 else 1.0
            factors[p - begin, m] = aged * share


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _weigh(
    factors: Floats,
    by_kind: Floats,
    window: Ints,
    apart: Ints,
    powers: Floats,
    place: int,
    gap: int,
    kind: int,
    ms: int,
    out: Codes,
    row: int,
) -> np.bool:  # pragma: no cover
    """Write a pair's weights, one a member, into `out` from its second column on; whether any is above 0."""
    some = np.uint32(0)
    for m in range(len(window)):
        weight = factors[place, m] * by_kind[gap, kind, m]
        if apart[m] >= 0:
            weight *= _power(powers, apart[m], ms)
        whole = np.uint32(np.rint(weight)) if ms <= window[m] else np.uint32(0)
        out[row, m + 1] = whole
        some |= whole
    return some > 0


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _kind(earlier: np.uint32, later: np.uint32) -> np.int64:  # pragma: no cover
    kind = 3 * (np.int64(earlier) >> TYPE_SHIFT) + (np.int64(later) >> TYPE_SHIFT)
    return kind + SAME if (earlier ^ later) & MASK == 0 else kind


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def tally(log: Log, rules: Rules, first: int, end: int) -> Ints:  # pragma: no cover
    """Sum the pairs of the sessions from `first` to below `end`, each seen once.

    Returns (items, 1 + 2 members): how many rows `list_pairs` may need for the item, then for each member the sum of
    the pairs whose earlier event is the item's, then for each member of those whose later event is.
    """
    offsets, events, ts = log.offsets, log.events, log.ts
    window, apart, by_kind, powers, back = rules.window, rules.apart, rules.by_kind, rules.powers, rules.back
    aging = (rules.last, rules.since, rules.age, rules.by_length, powers, rules.until)
    members, reach, last, widest = len(window), len(by_kind) - 1, rules.last.max(), window.max()
    sums = np.zeros((log.items, 1 + 2 * members), np.int64)
    factors = np.empty((len(rules.by_length), members))
    out, mine = np.empty((1, 1 + members), np.uint32), np.empty(1 + members, np.int64)
    for s in range(first, end):
        stop = offsets[s + 1]
        begin = max(offsets[s], stop - last)
        if stop - begin > 1:
            _fill_factors(ts, *aging, begin, stop, factors)
        for p in range(begin, stop - 1):
            mine[:] = 0
            for q in range(p + 1, min(p + reach + 1, stop)):
                ms = ts[q] - ts[p]
                if ms > widest:
                    break
                kind = _kind(events[p], events[q])
                if not _weigh(factors, by_kind, window, apart, powers, p - begin, q - p, kind, ms, out, 0):
                    continue
                its = np.int64(events[q]) & MASK
                mine[0] += 1
                sums[its, 0] += back
                for m in range(1, members + 1):
                    mine[m] += out[0, m]
                    sums[its, members + m] += out[0, m]
            item = np.int64(events[p]) & MASK
            for m in range(members + 1):
                sums[item, m] += mine[m]
    return sums


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def list_pairs(log: Log, rules: Rules, first: int, starts: Ints, pairs: Codes) -> Ints:  # pragma: no cover
    """List the pairs of a range of items, those of an item together; return where each item's end.

    `pairs` (rows, 1 + members) holds the neighbour's code and the weights in units of 2^-24; those of item `first + i`
    begin at `starts[i]`, with room for one more than there are.
    """
    offsets, events, ts = log.offsets, log.events, log.ts
    window, apart, by_kind, powers, back = rules.window, rules.apart, rules.by_kind, rules.powers, rules.back
    aging = (rules.last, rules.since, rules.age, rules.by_length, powers, rules.until)
    members, reach, last, widest = len(window), len(by_kind) - 1, rules.last.max(), window.max()
    ends, count = starts[:-1].copy(), len(starts) - 1
    factors = np.empty((len(rules.by_length), members))
    for s in range(len(offsets) - 1):
        stop = offsets[s + 1]
        begin = max(offsets[s], stop - last)
        filled = stop - begin < 2
        for p in range(begin, stop):
            i = (np.int64(events[p]) & MASK) - first
            if i < 0 or i >= count:
                continue
            if not filled:
                _fill_factors(ts, *aging, begin, stop, factors)
                filled = True
            row = ends[i]
            for q in range(p - 1, max(p - reach, begin) - 1, -1):
                ms = ts[p] - ts[q]
                if ms > widest or not back:
                    break
                kind = _kind(events[q], events[p]) + BACK
                pairs[row, 0] = events[q] & MASK
                row += _weigh(factors, by_kind, window, apart, powers, q - begin, p - q, kind, ms, pairs, row)
            for q in range(p + 1, min(p + reach + 1, stop)):
                ms = ts[q] - ts[p]
                if ms > widest:
                    break
                kind = _kind(events[p], events[q])
                pairs[row, 0] = events[q] & MASK
                row += _weigh(factors, by_kind, window, apart, powers, p - begin, q - p, kind, ms, pairs, row)
            ends[i] = row
    return ends
