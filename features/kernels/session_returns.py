"""The session's steps back, event by event."""

import numba
import numpy as np

from features.question import Floats32, Ints, Question


def session_returns_rows(question: Question, into: Floats32) -> None:
    """Fill `session_returns`' features of every query."""
    _fill(question.visible.starts, question.visible.item, into)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _fill(starts: Ints, item: Ints, into: Floats32) -> None:  # pragma: no cover
    into[:] = np.nan
    for query in range(len(starts) - 1):
        first, end = starts[query], starts[query + 1]
        if first == end:
            continue
        left, stays, backs = first, 0, 0
        for place in range(first + 1, end):
            if item[place] == item[place - 1]:
                stays += 1
                continue
            left = place
            backs += place - first >= 2 and item[place] == item[place - 2]
        into[0, query] = end - left
        events = end - first
        if events > 1:
            into[1, query] = stays / (events - 1)
        if events > 2:
            into[2, query] = backs / (events - 2)
            into[3, query] = item[end - 1] == item[end - 3] and item[end - 1] != item[end - 2]
