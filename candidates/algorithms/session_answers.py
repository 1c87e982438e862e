"""The past sessions in memory, and running sessions as their kernel is asked: made once, asked by any thread."""

from collections import deque
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from candidates.algorithms.event_weights import longest
from candidates.algorithms.session_kernel import propose
from candidates.algorithms.session_tables import Asked, Index, Proposed, Scratch, Weighing, scratch_for
from candidates.algorithms.small_tables import slot_of, table_for
from candidates.proposals import Proposals, starts_of
from data.in_parts import in_parts
from data.visible import Visible

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
UNKNOWN = 2**40
"""Stands for what is no code at all: as unknown as any beyond the last."""


@dataclass(frozen=True)
class Asking:
    """What a running session's items count.

    Parameters
    ----------
    last_items
        The latest events that count.
    decay, match_decay
        See `SessionNeighbours`.
    length_power
        By how many distinct items the session has.
    by_item
        What sharing an item counts; one entry more, for items that nobody has met.
    """

    last_items: int
    decay: float
    match_decay: float
    length_power: float
    by_item: Floats

    def __call__(self, visible: Visible) -> Asked:
        """The queries, each one's distinct items from the latest on."""
        events = np.arange(min(self.last_items, longest(visible.starts)) + 1, dtype=np.float64)
        return Asked(
            *distinct_items(
                *(visible.starts, visible.item, visible.ts_ms, self.last_items, self.by_item),
                *(self.decay**events, self.match_decay**events, np.maximum(events, 1) ** -self.length_power),
            )
        )


class SessionAnswers:
    """Answers running sessions from the past ones.

    Parameters
    ----------
    index
        The past sessions.
    asking
        What a running session's items count.
    weighing
        What past sessions and their votes count.
    threads
        Queries answered at once; the answers do not depend on it.
    """

    def __init__(self, index: Index, asking: Asking, weighing: Weighing, threads: int) -> None:
        self.index, self.asking, self.weighing, self.threads = index, asking, weighing, threads
        self._free: deque[Scratch] = deque()

    def __call__(self, visible: Visible, k: int) -> Proposals:
        """Propose at most `k` items a query."""
        asked, queries = self.asking(visible), len(visible.starts) - 1
        shape = (queries, min(k, len(self.index.frequency)))
        found = Proposed(np.empty(shape, np.int64), np.empty(shape, np.float32), np.zeros(queries, np.int64))
        in_parts(queries, max(1, min(self.threads, queries)), lambda share: self._answer(asked, share, found))
        filled = np.arange(shape[1]) < found.counts[:, None]
        return Proposals(starts_of(found.counts), found.items[filled], found.scores[filled])

    def _answer(self, asked: Asked, share: tuple[int, int], found: Proposed) -> None:
        try:
            scratch = self._free.pop()
        except IndexError:
            scratch = scratch_for(self.index)
        propose(self.index, asked, self.weighing, share, scratch, found)
        self._free.append(scratch)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def distinct_items(
    starts: Ints,
    items: Ints,
    ts: Ints,
    last: int,
    by_item: Floats,
    by_since: Floats,
    worth: Floats,
    by_distinct: Floats,
) -> tuple[Ints, Floats, Floats, Ints, Ints]:  # pragma: no cover
    """The columns of `session_kernel.Asked`.

    Parameters
    ----------
    starts, items, ts
        The queries' events.
    last
        Events of each that count, the latest.
    by_item
        A shared item's weight, its last entry that of all further items.
    by_since, worth
        Its weight, and a neighbour's, by the events since.
    by_distinct
        Its weight by the number of the query's distinct items.
    """
    queries = len(starts) - 1
    own, since = np.empty(len(items), np.int64), np.empty(len(items), np.int64)
    weights, worths = np.empty(len(items)), np.empty(len(items))
    own_starts, now = np.zeros(queries + 1, np.int64), np.zeros(queries, np.int64)
    count = 0
    for query in range(queries):
        first, end = starts[query], starts[query + 1]
        table = table_for(min(last, end - first))
        for event in range(end - 1, max(first, end - last) - 1, -1):
            item = items[event] if items[event] >= 0 else UNKNOWN
            slot = slot_of(table, item)
            if table[slot] != item:
                table[slot], own[count], since[count] = item, item, end - 1 - event
                count += 1
        for row in range(own_starts[query], count):
            known = by_item[min(own[row], len(by_item) - 1)]
            weights[row] = by_since[since[row]] * known * by_distinct[count - own_starts[query]]
            worths[row] = worth[since[row]]
        now[query] = ts[first:end].max() if end > first else 0
        own_starts[query + 1] = count
    return own[:count], weights[:count], worths[:count], own_starts, now
