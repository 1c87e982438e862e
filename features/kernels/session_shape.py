"""The session's shape, event by event."""

import numba
import numpy as np
import numpy.typing as npt

from features.kernels.distinct import emptied, place_of, table_for
from features.question import Floats32, Ints, Question

CLICKS, CARTS, ORDERS = 0, 1, 2
GAPS = 3


def session_shape_rows(question: Question, into: Floats32) -> None:
    """Fill `session_shape`'s features of every query."""
    seen = question.visible
    _fill(seen.starts, seen.item, seen.ts_ms, seen.type, into)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _fill(starts: Ints, item: Ints, ts: Ints, kind: npt.NDArray[np.uint8], into: Floats32) -> None:  # pragma: no cover
    table = table_for(starts)
    known, number = np.empty(len(table), np.int64), np.empty(len(table), np.int64)
    ordered = np.empty(len(table), np.bool_)
    for query in range(len(starts) - 1):
        first, end = starts[query], starts[query + 1]
        if first == end:
            into[:, query] = np.nan
            continue
        mine, distinct = emptied(table, end - first), 0
        counts = np.zeros(3, np.int64)
        for place in range(first, end):
            at = place_of(mine, known, item[place])
            if mine[at] < 0:
                mine[at], known[distinct], ordered[distinct] = distinct, item[place], False
                distinct += 1
            number[place - first] = mine[at]
            ordered[mine[at]] |= kind[place] == ORDERS
            counts[kind[place]] += 1
        waiting = 0
        for place in range(first, end):
            waiting += kind[place] == CARTS and not ordered[number[place - first]]
        _write(into[:, query], ts[first:end], kind[end - 1], counts, distinct, waiting)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _write(
    into: Floats32, ts: Ints, last_type: int, counts: Ints, distinct: int, waiting: int
) -> None:  # pragma: no cover
    events, elapsed = len(ts), np.max(ts) - np.min(ts)
    into[0], into[1], into[2] = events, distinct, events - distinct
    into[3] = distinct / events
    into[4], into[5], into[6] = counts[CARTS], counts[ORDERS], waiting
    into[7] = elapsed / 1_000
    into[8] = (events - 1) * 60_000 / elapsed if elapsed else np.nan
    into[9] = elapsed / 1_000 / (events - 1) if events > 1 else np.nan
    for back in range(1, GAPS + 1):
        into[9 + back] = (ts[events - back] - ts[events - back - 1]) / 1_000 if events > back else np.nan
    into[13] = last_type
    for kind in range(3):
        into[14 + kind] = counts[kind] / events
    into[17] = waiting > 0
