"""The inner loops of the union: which proposals are of one item, what they sum to, and a row an item."""

import numba
import numpy as np
import numpy.typing as npt

from candidates.algorithms.small_tables import slot_of, table_for

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def gather(
    starts: Ints, items: Ints, believed: Ints, weights: Floats, offset: float
) -> tuple[Ints, Ints, Ints, Floats]:  # pragma: no cover
    """The distinct items of each query, and their fused scores.

    Parameters
    ----------
    starts
        (members, queries + 1): where each member's proposals start in `items`, and the end.
    items
        All members' proposals, one member after the other, each query's best first.
    believed
        The members in the order in which their votes are added.
    weights
        By member.
    offset
        See `candidates.fusion.Fusion`.

    Returns
    -------
    tuple
        Where each query's rows start, and the end; each proposal's row; the rows' items and scores.
    """
    queries = starts.shape[1] - 1
    row_starts, row_of = np.zeros(queries + 1, np.int64), np.empty(len(items), np.int64)
    own, fused = np.empty(len(items), np.int64), np.empty(len(items))
    rows = 0
    for query in range(queries):
        entries = 0
        for member in believed:
            entries += starts[member, query + 1] - starts[member, query]
        table = table_for(entries)
        place = np.empty(len(table), np.int64)
        for member in believed:
            first = starts[member, query]
            for entry in range(first, starts[member, query + 1]):
                slot = slot_of(table, items[entry])
                if table[slot] != items[entry]:
                    table[slot], place[slot] = items[entry], rows
                    own[rows], fused[rows] = items[entry], 0.0
                    rows += 1
                row_of[entry] = place[slot]
                fused[place[slot]] += weights[member] / (offset + np.float64(entry - first + 1))
        row_starts[query + 1] = rows
    return row_starts, row_of, own[:rows], fused[:rows]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def spread(
    starts: Ints, scores: Floats32, row_of: Ints, order: Ints
) -> tuple[npt.NDArray[np.uint16], Floats32]:  # pragma: no cover
    """(members, rows) ranks, 0 where a member does not propose, and scores, NaN there; rows in the given order.

    Parameters
    ----------
    starts, row_of
        See `gather`.
    scores
        Of all members' proposals.
    order
        The rows' numbers, in order.
    """
    members, rows = starts.shape[0], len(order)
    ranks, values = np.zeros((members, rows), np.uint16), np.full((members, rows), np.nan, np.float32)
    place = np.empty(rows, np.int64)
    for i in range(rows):
        place[order[i]] = i
    for member in range(members):
        for query in range(starts.shape[1] - 1):
            first = starts[member, query]
            for entry in range(first, starts[member, query + 1]):
                row = place[row_of[entry]]
                ranks[member, row], values[member, row] = entry - first + 1, scores[entry]
    return ranks, values
