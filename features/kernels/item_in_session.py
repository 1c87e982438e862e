"""The traces of the session's items, event by event, and the candidates' among them."""

from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from features.kernels.distinct import emptied, place_of, table_for
from features.question import Floats32, Ints, Question

ITEM, CLICKS, CARTS, ORDERS, FIRST, LAST, BEFORE_LAST, EARLIEST, LATEST, STAYED_MS, FOLLOWED, LED, STAYED, OTHERS = (
    range(14)
)
"""What is noted of each item: its code, events by type, places, moments, time, steps, other items since."""

NOTES: Final = 14
COUNTS: Final = (0, 1, 2, 3, 4, 5, 15, 16, 17)
"""Features that are 0 for an item that the session has not touched."""


def item_in_session_rows(question: Question, into: Floats32) -> None:
    """Fill `item_in_session`'s features of every candidate."""
    seen, asked = question.visible, question.candidates
    _fill(seen.starts, seen.item, seen.ts_ms, seen.type, asked.starts, asked.item, into)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _fill(
    starts: Ints,
    item: Ints,
    ts: Ints,
    kind: npt.NDArray[np.uint8],
    row_starts: Ints,
    asked: Ints,
    into: Floats32,
) -> None:  # pragma: no cover
    into[:] = np.nan
    for count in COUNTS:
        into[count] = 0.0
    table = table_for(starts)
    notes = np.empty((NOTES, len(table)), np.int64)
    for query in range(len(starts) - 1):
        first, end = starts[query], starts[query + 1]
        if first == end:
            continue
        mine = emptied(table, end - first)
        items, times, kinds = item[first:end], ts[first:end], kind[first:end]
        _trace(mine, notes, items, times, kinds)
        now = np.max(times)
        for row in range(row_starts[query], row_starts[query + 1]):
            number = mine[place_of(mine, notes[ITEM], asked[row])]
            if number >= 0:
                _write(into, row, notes[:, number], times, kinds, now)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _trace(table: Ints, notes: Ints, item: Ints, ts: Ints, kind: npt.NDArray[np.uint8]) -> None:  # pragma: no cover
    """Note of every item what its events say, the earliest event first."""
    distinct, end, current = 0, len(item), item[-1]
    for place in range(end):
        at = place_of(table, notes[ITEM], item[place])
        if table[at] < 0:
            table[at] = distinct
            notes[:, distinct] = 0
            notes[ITEM, distinct], notes[FIRST, distinct] = item[place], place
            notes[LAST, distinct] = notes[BEFORE_LAST, distinct] = -1
            notes[EARLIEST, distinct] = notes[LATEST, distinct] = ts[place]
            distinct += 1
        number = table[at]
        notes[CLICKS + kind[place], number] += 1
        notes[BEFORE_LAST, number], notes[LAST, number] = notes[LAST, number], place
        notes[EARLIEST, number] = min(notes[EARLIEST, number], ts[place])
        notes[LATEST, number] = max(notes[LATEST, number], ts[place])
        if place > 0:
            notes[FOLLOWED, number] += item[place - 1] == current
            notes[STAYED, number] += item[place - 1] == item[place]
        if place + 1 < end:
            notes[LED, number] += item[place + 1] == current
            notes[STAYED_MS, number] += ts[place + 1] - ts[place]
    others = 0
    for place in range(end - 1, -1, -1):
        number = table[place_of(table, notes[ITEM], item[place])]
        if notes[LAST, number] == place:
            notes[OTHERS, number] = others
            others += 1


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _write(
    into: Floats32, row: int, notes: Ints, ts: Ints, kind: npt.NDArray[np.uint8], now: int
) -> None:  # pragma: no cover
    events, last = len(ts), notes[LAST]
    times = notes[CLICKS] + notes[CARTS] + notes[ORDERS]
    into[0, row], into[1, row], into[2, row], into[3, row] = times, notes[CLICKS], notes[CARTS], notes[ORDERS]
    into[4, row] = times / events
    into[5, row] = notes[CARTS] > 0 and notes[ORDERS] == 0
    into[6, row], into[7, row] = notes[FIRST], last
    into[8, row], into[9, row] = events - 1 - last, events - 1 - notes[FIRST]
    into[10, row], into[11, row] = (now - notes[LATEST]) / 1_000, (now - notes[EARLIEST]) / 1_000
    if last + 1 < events:
        into[12, row] = (ts[last + 1] - ts[last]) / 1_000
    into[13, row] = notes[STAYED_MS] / 1_000
    into[14, row] = kind[last]
    into[15, row], into[16, row], into[17, row] = notes[FOLLOWED], notes[LED], notes[STAYED]
    if notes[BEFORE_LAST] >= 0:
        into[18, row] = last - notes[BEFORE_LAST]
    into[19, row] = notes[OTHERS]
