"""Co-visit pairs counted item by item, because a table of all pairs outgrows memory long before the log does."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from candidates.covisit_loops import (
    MOST,
    RAW,
    Codes,
    Floats,
    Ints,
    Log,
    Rules,
    count_items,
    count_occurrences,
    fill_decays,
    look_up,
    sum_rows,
)
from candidates.source import check_type_weights
from data.fixed import ONE
from data.schema import TYPES

Normalisation = Literal["raw", "conditional", "cosine"]

NORMALISATIONS: tuple[Normalisation, ...] = ("raw", "conditional", "cosine")
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
        log = Log(offsets, items, ts, types, np.empty((len(half_lives), len(items))))
        list(pool.map(lambda span: fill_decays(log, half_lives, until_ms, 0.5, *span), spans))
        sums = np.stack([_sums(pool, log, rules, m, n_items, spans) for m in range(len(weightings))])
        occurrences = count_occurrences(offsets, items, rules.last.max(), n_items)
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


def _rules(weightings: Sequence[Weighting], longest: int) -> tuple[Rules, Floats]:
    """The members' rules, and their distinct half lives in milliseconds."""
    half_lives = sorted({w.half_life_ms for w in weightings if w.half_life_ms is not None})
    last = [min(w.last_events, longest) for w in weightings]
    max_gap = [min(w.max_gap, most - 1) for w, most in zip(weightings, last, strict=True)]
    gaps = np.maximum(np.arange(max(max_gap) + 1), 1).astype(np.float64)  # none is 0
    divisor = np.stack([gaps if w.gap_decay else np.ones_like(gaps) for w in weightings])
    worth = np.array([[(w.type_weights or {}).get(name, 1.0) for name in TYPES] for w in weightings])
    rules = Rules(
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


def _sums(pool: ThreadPoolExecutor, log: Log, rules: Rules, m: int, n_items: int, spans: list[tuple[int, int]]) -> Ints:
    """(2, items) what each item's score is divided by, as item and as neighbour; empty for a raw weight."""
    if rules.normalise[m] == RAW:
        return np.zeros((2, n_items), np.int64)
    first, *others = pool.map(lambda span: sum_rows(log, rules, m, n_items, *span), spans)
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
    log: Log, rules: Rules, sums: Ints, occurrences: Ints, first: int, end: int, neighbours: int
) -> list[pl.DataFrame]:
    """NEIGHBOURS of the items from `first` to below `end`, for each member."""
    starts = np.concatenate([[0], np.cumsum(occurrences[first:end])])
    places = look_up(log, rules, first, starts)
    rows, table = count_items(log, rules, sums, first, starts, *places, neighbours)
    return [
        pl.DataFrame({name: column[m, : rows[m]].copy() for name, column in zip(SCHEMA, table, strict=True)})
        for m in range(len(rows))
    ]
