"""Co-visit pairs counted item by item, because a table of all pairs outgrows memory long before the log does."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import numba
import numpy as np
import numpy.typing as npt
import polars as pl

from candidates.source import check_type_weights
from data.fixed import ONE
from data.schema import TYPES

Normalisation = Literal["raw", "conditional", "cosine"]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint32]

NORMALISATIONS: tuple[Normalisation, ...] = ("raw", "conditional", "cosine")
RAW, COSINE = 0, 2
MOST = 65_535
"""Ranks and distances within a session are kept in 16 bits."""

SCHEMA = {"item": pl.UInt32, "neighbour": pl.UInt32, "rank": pl.UInt16, "score": pl.Float32}
ROW_BYTES = 14  # of SCHEMA


@dataclass(frozen=True)
class Weighting:
    """How one member weighs a pair: gap decay x 0.5 ^ (age / half life) x the later event's type weight.

    Parameters
    ----------
    window_ms
        Two events further apart in time are no pair.
    last_events
        Only so many of a session's latest events are paired.
    max_gap
        Two events further apart in the session are no pair.
    gap_decay
        Whether a pair `gap` events apart counts 1 / gap; all count alike otherwise.
    half_life_ms
        The age of the earlier event, before the history's end, at which a pair counts half; None for no ageing.
    forward_only
        Whether only the later item is a neighbour of the earlier one, and not the reverse.
    type_weights
        A pair's weight by its later event's type, 1 where not named; None for all alike.
    normalise
        `raw` weight; `conditional` on the item (weight / the item's sum); `cosine` (weight / square root of the
        item's sum x the neighbour's; forward only: of what follows the item x what the neighbour follows).
    keep_self
        Whether an item may be its own neighbour.

    Raises
    ------
    ValueError
        If a parameter is out of its range.
    """

    window_ms: int = 24 * 3_600_000
    last_events: int = 30
    max_gap: int = 10
    gap_decay: bool = True
    half_life_ms: int | None = None
    forward_only: bool = False
    type_weights: Mapping[str, float] | None = None
    normalise: Normalisation = "cosine"
    keep_self: bool = True

    def __post_init__(self) -> None:
        for name in ("window_ms", "last_events", "max_gap", "half_life_ms"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"`{name}` must be at least 1, got {value}.")
        if self.max_gap > MOST:
            raise ValueError(f"`max_gap` must be at most {MOST}, got {self.max_gap}.")
        if self.normalise not in NORMALISATIONS:
            raise ValueError(f"`normalise` must be one of {NORMALISATIONS}, got {self.normalise!r}.")
        check_type_weights(self.type_weights or {})


class _Log(NamedTuple):
    """One shard, and what its events' ages come to: a row of `decays` for each distinct half life."""

    offsets: Ints
    items: Codes
    ts: Ints
    types: npt.NDArray[np.uint8]
    decays: Floats


class _Rules(NamedTuple):
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


def count_neighbours(
    offsets: Ints,
    items: Codes,
    ts: Ints,
    types: npt.NDArray[np.uint8],
    weightings: Sequence[Weighting],
    n_items: int,
    until_ms: int,
    neighbours: int,
    memory_mib: int = 512,
    threads: int = 2,
) -> list[pl.DataFrame]:
    """Every item's best neighbours, for several weightings in one pass over the pairs.

    Pairs are never stored: each item's occurrences are looked up and what stands around them is summed in an
    array over the catalogue. So memory holds the log, 8 bytes an event for each distinct half life, the answer,
    per thread 12 bytes an item of the catalogue (16 more while sums are taken), and `memory_mib` to look the
    occurrences up; items are worked through in as many ranges as that takes.

    Parameters
    ----------
    offsets
        (sessions + 1) where each session begins, and the number of events.
    items, ts, types
        (events) item codes, milliseconds, and places in `TYPES`; in every session sorted by time.
    weightings
        The members; `last_events` and `max_gap` shared or not, one may be much narrower than another.
    n_items
        Size of the catalogue: codes lie below it.
    until_ms
        The end of the history, from which ages count.
    neighbours
        Kept an item.
    memory_mib
        For the look-up of occurrences, all threads together. One item's occurrences are never split.
    threads
        Ranges of items counted at once; the answer does not depend on it.

    Returns
    -------
    list[pl.DataFrame]
        NEIGHBOURS of each weighting, sorted by (item, rank). Scores are ratios of sums of whole numbers of 2^-24
        (`data.fixed`), ties go to the smaller code.

    Raises
    ------
    ValueError
        If a number is out of its range or the arrays do not fit together.

    Notes
    -----
    Item-to-item co-occurrence: Linden, Smith, York 2003, "Amazon.com recommendations". Summing one row at a time
    in a dense array: Gustavson 1978, "Two fast algorithms for sparse matrices".
    """
    _check_numbers(neighbours=neighbours, memory_mib=memory_mib, threads=threads)
    if neighbours > MOST:
        raise ValueError(f"`neighbours` must be at most {MOST}, got {neighbours}.")
    _check_arrays(offsets, items, ts, types, n_items)
    if not weightings or not len(items):
        return [pl.DataFrame(schema=SCHEMA) for _ in weightings]
    rules, half_lives = _rules(weightings, int(np.diff(offsets).max()))
    with ThreadPoolExecutor(threads) as pool:
        spans = _spans(len(offsets) - 1, threads)
        log = _Log(offsets, items, ts, types, np.empty((len(half_lives), len(items))))
        list(pool.map(lambda span: _fill_decays(log, half_lives, until_ms, 0.5, *span), spans))
        sums = np.stack([_sums(pool, log, rules, m, n_items, spans) for m in range(len(weightings))])
        occurrences = _occurrences(offsets, items, rules.last.max(), n_items)
        edges = _edges(occurrences, len(weightings), neighbours, memory_mib * 2**20 // threads, threads)
        found = list(
            pool.map(lambda r: _count_range(log, rules, sums, occurrences, r[0], r[1], neighbours), pairwise(edges))
        )
    return [pl.concat([tables[m] for tables in found], rechunk=False) for m in range(len(weightings))]


def _check_numbers(**numbers: int) -> None:
    for name, value in numbers.items():
        if value < 1:
            raise ValueError(f"`{name}` must be at least 1, got {value}.")


def _check_arrays(offsets: Ints, items: Codes, ts: Ints, types: npt.NDArray[np.uint8], n_items: int) -> None:
    """Refuse what would make a kernel read or write outside its arrays."""
    if not len(items) == len(ts) == len(types) < 2**32:
        raise ValueError(
            f"`items`, `ts` and `types` must be equally long and below 2^32, got {len(items)}, {len(ts)}, {len(types)}."
        )
    if not len(offsets) or offsets[0] != 0 or offsets[-1] != len(items) or (np.diff(offsets) < 0).any():
        raise ValueError(f"`offsets` must rise from 0 to the number of events, {len(items)}.")
    for name, codes, end in (("items", items, n_items), ("types", types, len(TYPES))):
        if len(codes) and codes.max() >= end:
            raise ValueError(f"`{name}` must lie below {end}, got {codes.max()}.")


def _rules(weightings: Sequence[Weighting], longest: int) -> tuple[_Rules, Floats]:
    """The members' rules, and their distinct half lives in milliseconds."""
    half_lives = sorted({w.half_life_ms for w in weightings if w.half_life_ms is not None})
    last = [min(w.last_events, longest) for w in weightings]
    max_gap = [min(w.max_gap, most - 1) for w, most in zip(weightings, last, strict=True)]
    gaps = np.maximum(np.arange(max(max_gap) + 1), 1).astype(np.float64)  # none is 0
    divisor = np.stack([gaps if w.gap_decay else np.ones_like(gaps) for w in weightings])
    worth = np.array([[(w.type_weights or {}).get(name, 1.0) for name in TYPES] for w in weightings])
    rules = _Rules(
        window=np.array([min(w.window_ms, 2**62) for w in weightings], np.int64),
        last=np.array(last, np.int64),
        max_gap=np.array(max_gap, np.int64),
        forward_only=np.array([w.forward_only for w in weightings], np.bool_),
        keep_self=np.array([w.keep_self for w in weightings], np.bool_),
        typed=(worth != 1.0).any(axis=1),
        normalise=np.array([NORMALISATIONS.index(w.normalise) for w in weightings], np.int64),
        decay=np.array([-1 if w.half_life_ms is None else half_lives.index(w.half_life_ms) for w in weightings]),
        divisor=divisor,
        worth=worth,
        table=np.rint(1.0 / divisor[:, :, None] * worth[:, None, :] * ONE).astype(np.int64),
    )
    return rules, np.array(half_lives, np.float64)


def _spans(sessions: int, threads: int) -> list[tuple[int, int]]:
    edges = np.linspace(0, sessions, threads + 1).astype(np.int64)
    return list(pairwise(edges))


def _sums(
    pool: ThreadPoolExecutor, log: _Log, rules: _Rules, m: int, n_items: int, spans: list[tuple[int, int]]
) -> Ints:
    """(2, items) what each item's score is divided by, as item and as neighbour; empty for a raw weight."""
    if rules.normalise[m] == RAW:
        return np.zeros((2, n_items), np.int64)
    first, *others = pool.map(lambda span: _sum_rows(log, rules, m, n_items, *span), spans)
    for other in others:
        first += other
    return first if rules.forward_only[m] else np.broadcast_to(first.sum(axis=0), first.shape).copy()


def _edges(occurrences: Ints, members: int, neighbours: int, budget: int, threads: int) -> Ints:
    """Where the ranges of items begin: each within the budget's bytes, and at least two a thread to share the work."""
    size = 8 + occurrences * (4 + 4 * members) + members * ROW_BYTES * neighbours
    total = np.cumsum(size)
    step = max(1, min(budget, int(total[-1]) // (2 * threads) + 1))
    return np.unique(np.concatenate([[0], np.flatnonzero(np.diff(total // step)) + 1, [len(size)]]))


def _count_range(
    log: _Log, rules: _Rules, sums: Ints, occurrences: Ints, first: int, end: int, neighbours: int
) -> list[pl.DataFrame]:
    """NEIGHBOURS of the items from `first` to below `end`, for each member."""
    starts = np.concatenate([[0], np.cumsum(occurrences[first:end])])
    places = _look_up(log, rules, first, starts)
    rows, table = _count_items(log, rules, sums, first, starts, *places, neighbours)
    return [
        pl.DataFrame({name: column[m, : rows[m]].copy() for name, column in zip(SCHEMA, table, strict=True)})
        for m in range(len(rows))
    ]


# The kernels unpack the tuples of arrays before their loops: reading a tuple's field counts a reference, which two
# threads would fight over.


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _fill_decays(
    log: _Log, half_lives: Floats, until: int, half: float, first: int, end: int
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
def _sum_rows(log: _Log, rules: _Rules, m: int, n_items: int, first: int, end: int) -> Ints:  # pragma: no cover
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
def _occurrences(offsets: Ints, items: Codes, last: int, n_items: int) -> Ints:  # pragma: no cover
    """How often each item stands among its sessions' last events."""
    count = np.zeros(n_items, np.int64)
    for s in range(len(offsets) - 1):
        for p in range(max(offsets[s], offsets[s + 1] - last), offsets[s + 1]):
            count[items[p]] += 1
    return count


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _look_up(
    log: _Log, rules: _Rules, first: int, starts: Ints
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
def _count_items(
    log: _Log,
    rules: _Rules,
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
