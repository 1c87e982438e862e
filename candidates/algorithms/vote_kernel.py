"""The inner loops of sources that sum over a session's events: whole numbers, so that no order of sums shows."""

import numba
import numpy as np
import numpy.typing as npt

from candidates.algorithms.small_tables import best_first, slot_of, table_for

Ints = npt.NDArray[np.int64]
Kinds = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
ONE = 2.0**24
CARTS, ORDERS = 1, 2  # places in `data.schema.TYPES`


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def weigh(
    keys: Ints, kinds: Kinds, first: int, end: int, weights: Ints, last: int
) -> tuple[Ints, Ints]:  # pragma: no cover
    """One session's distinct keys and their events' weights, summed, in the order in which they are met.

    Parameters
    ----------
    keys
        Of all events; below 0 for an event that counts for nothing.
    kinds
        Their types.
    first, end
        The session's events.
    weights
        By (type, events since); see `event_weights.EventWeights`.
    last
        Events that count, the latest.
    """
    begin = max(first, end - last)
    table = table_for(end - begin)
    place = np.empty(len(table), np.int64)
    found, sums = np.empty(end - begin, np.int64), np.empty(end - begin, np.int64)
    count = 0
    for event in range(begin, end):
        weight = weights[kinds[event], end - 1 - event]
        if keys[event] < 0 or weight == 0:
            continue
        slot = slot_of(table, keys[event])
        if table[slot] != keys[event]:
            table[slot], place[slot] = keys[event], count
            found[count], sums[count] = keys[event], 0
            count += 1
        sums[place[slot]] += weight
    return found[:count], sums[:count]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def vote(
    starts: Ints,
    keys: Ints,
    kinds: Kinds,
    weights: Ints,
    last: int,
    list_starts: Ints,
    list_items: npt.NDArray[np.uint32],
    list_scores: Floats,
    k: int,
) -> tuple[Ints, Ints, Floats]:  # pragma: no cover
    """Proposals: the `k` items with the largest sum over the session's keys of weight x score in the key's list.

    Parameters
    ----------
    starts
        Where each query's events start, and the end.
    keys, kinds, weights, last
        See `weigh`.
    list_starts, list_items, list_scores
        See `candidates.algorithms.lists.Lists`.
    k
        Items a query at most.
    """
    queries, codes = len(starts) - 1, len(list_starts) - 1
    out_starts = np.zeros(queries + 1, np.int64)
    out_items = np.empty(queries * k, np.int64)
    out_scores = np.empty(queries * k, np.float32)
    at = 0
    for query in range(queries):
        own, sums = weigh(keys, kinds, starts[query], starts[query + 1], weights, last)
        pairs = 0
        for code in own:
            pairs += list_starts[code + 1] - list_starts[code] if code < codes else 0
        table = table_for(pairs)
        place = np.empty(len(table), np.int64)
        items, votes = np.empty(pairs, np.int64), np.empty(pairs, np.int64)
        count = 0
        for i in range(len(own)):
            if own[i] >= codes:
                continue
            for entry in range(list_starts[own[i]], list_starts[own[i] + 1]):
                item = np.int64(list_items[entry])
                slot = slot_of(table, item)
                if table[slot] != item:
                    table[slot], place[slot] = item, count
                    items[count], votes[count] = item, 0
                    count += 1
                votes[place[slot]] += np.int64(np.rint(np.float64(sums[i]) * np.float64(list_scores[entry])))
        scores = votes[:count].astype(np.float64) / ONE
        kept = best_first(scores, items[:count], k)
        for i in range(kept):
            out_items[at + i], out_scores[at + i] = items[i], scores[i]
        at += kept
        out_starts[query + 1] = at
    return out_starts, out_items[:at], out_scores[:at]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def weigh_all(
    starts: Ints, keys: Ints, kinds: Kinds, weights: Ints, last: int
) -> tuple[Ints, Ints, Ints]:  # pragma: no cover
    """Every query's distinct keys in rising order, with the sums of `weigh`: starts, keys, sums."""
    out_starts = np.zeros(len(starts), np.int64)
    out_keys, out_sums = np.empty(len(keys), np.int64), np.empty(len(keys), np.int64)
    at = 0
    for query in range(len(starts) - 1):
        found, sums = weigh(keys, kinds, starts[query], starts[query + 1], weights, last)
        order = np.argsort(found)
        for i in range(len(found)):
            out_keys[at + i], out_sums[at + i] = found[order[i]], sums[order[i]]
        at += len(found)
        out_starts[query + 1] = at
    return out_starts, out_keys[:at], out_sums[:at]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def revisit(
    starts: Ints, items: Ints, kinds: Kinds, weights: Ints, waiting: float, k: int
) -> tuple[Ints, Ints, Floats]:  # pragma: no cover
    """Proposals: the `k` of a session's own items with the largest sums of weights.

    Parameters
    ----------
    starts, items, kinds, weights
        See `vote`.
    waiting
        What an item counts more that was carted and not ordered afterwards.
    k
        Items a query at most.
    """
    out_starts = np.zeros(len(starts), np.int64)
    out_items, out_scores = np.empty(len(items), np.int64), np.empty(len(items), np.float32)
    at = 0
    for query in range(len(starts) - 1):
        first, end = starts[query], starts[query + 1]
        own, sums = weigh(items, kinds, first, end, weights, end - first)
        scores = sums.astype(np.float64) / ONE * _factors(items, kinds, first, end, own, waiting)
        kept = best_first(scores, own, k)
        for i in range(kept):
            out_items[at + i], out_scores[at + i] = own[i], scores[i]
        at += kept
        out_starts[query + 1] = at
    return out_starts, out_items[:at], out_scores[:at]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _factors(
    items: Ints, kinds: Kinds, first: int, end: int, own: Ints, waiting: float
) -> npt.NDArray[np.float64]:  # pragma: no cover
    """What each of a session's own items counts more: `waiting` where the latest of its carts and orders is a cart."""
    factors = np.ones(len(own))
    table = table_for(len(own))
    place = np.empty(len(table), np.int64)
    for i in range(len(own)):
        slot = slot_of(table, own[i])
        table[slot], place[slot] = own[i], i
    for event in range(first, end):
        if items[event] >= 0 and (kinds[event] == CARTS or kinds[event] == ORDERS):
            slot = slot_of(table, items[event])
            if table[slot] == items[event]:
                factors[place[slot]] = waiting if kinds[event] == CARTS else 1.0
    return factors
