"""The inner loops of session neighbours: sums over sparse lists, which expressions would have to sort for."""

import numba
import numpy as np
import numpy.typing as npt

from candidates.algorithms.session_tables import FAR, Asked, Index, Proposed, Scratch, Weighing


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def propose(
    index: Index,
    asked: Asked,
    weighing: Weighing,
    queries: tuple[int, int],
    scratch: Scratch,
    into: Proposed,
) -> None:  # pragma: no cover
    """Answer some of the queries, each for itself and with sums in a fixed order.

    Parameters
    ----------
    index
        The history.
    asked
        All queries.
    weighing
        What neighbours and votes count.
    queries
        The first query to answer, and the first after it that is not.
    scratch
        See `scratch_for`; no other thread's.
    into
        Where the answers go.
    """
    similar, shared, met, score, near, voted = scratch
    for query in range(queries[0], queries[1]):
        matches = met[: _match(index, asked, weighing, query, similar, shared, met)]
        count = 0
        for session in _best(similar, matches, weighing.neighbours):
            row = shared[session]
            age = max(0, asked.now[query] - index.ends[session])
            weight = similar[session] * asked.worth[row] * 0.5 ** (age / weighing.half_life)
            visited = index.items[index.starts[session] : index.starts[session + 1]]
            count = _vote(visited, asked.items[row], weight, weighing, near, score, voted, count)
        for item in voted[:count]:
            score[item] = np.float32(score[item])  # so that ties are those of the scores that leave
        best = _best(score, voted[:count], into.items.shape[1])
        into.counts[query] = len(best)
        for i in range(len(best)):
            into.items[query, i] = best[i]
            into.scores[query, i] = score[best[i]]
        similar[matches] = 0.0
        score[voted[:count]] = 0.0


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _match(
    index: Index,
    asked: Asked,
    weighing: Weighing,
    query: int,
    similar: npt.NDArray[np.float64],
    shared: npt.NDArray[np.int64],
    met: npt.NDArray[np.int64],
) -> int:  # pragma: no cover
    """Fill `similar` and `shared`, the row of the latest shared item, of the sessions listed in `met`: how many."""
    count = 0
    for row in range(asked.starts[query], asked.starts[query + 1]):
        item, weight = asked.items[row], asked.weights[row]
        if item < 0 or item >= len(index.frequency) or weight <= 0:
            continue
        for session in index.postings[index.posting_starts[item] : index.posting_starts[item + 1]]:
            if similar[session] == 0.0:
                met[count] = session
                shared[session] = row
                count += 1
            similar[session] += weight
    for session in met[:count]:
        similar[session] *= weighing.by_length[index.starts[session + 1] - index.starts[session]]
    return count


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _vote(
    visited: npt.NDArray[np.uint32],
    shared: int,
    weight: float,
    weighing: Weighing,
    near: npt.NDArray[np.int32],
    score: npt.NDArray[np.float64],
    voted: npt.NDArray[np.int64],
    count: int,
) -> int:  # pragma: no cover
    """Add each distinct item's vote at its least distance from the shared item: how many items have votes now."""
    for step in (1, -1):
        gap = FAR - 1
        for i in range(len(visited)):
            item = visited[i if step > 0 else len(visited) - 1 - i]
            gap = 0 if item == shared else min(gap + 1, FAR - 1)
            near[item] = min(near[item], gap)
    for item in visited:
        vote = weight * weighing.by_distance[near[item]] * weighing.by_item[item] if near[item] < FAR else 0.0
        near[item] = FAR  # done: its other events do not vote
        if vote > 0.0:
            if score[item] == 0.0:
                voted[count] = item
                count += 1
            score[item] += vote
    return count


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _best(
    score: npt.NDArray[np.float64], among: npt.NDArray[np.int64], k: int
) -> npt.NDArray[np.int64]:  # pragma: no cover
    """The `k` with the highest scores, best first, ties by the smaller number: a heap with the worst on top."""
    size = min(k, len(among))
    heap = among[:size].copy()
    for i in range(size // 2 - 1, -1, -1):
        _sift(score, heap, i, size)
    for other in among[size:]:
        if _worse(score, heap[0], other):
            heap[0] = other
            _sift(score, heap, 0, size)
    for end in range(size - 1, 0, -1):
        heap[0], heap[end] = heap[end], heap[0]
        _sift(score, heap, 0, end)
    return heap


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _sift(score: npt.NDArray[np.float64], heap: npt.NDArray[np.int64], i: int, size: int) -> None:  # pragma: no cover
    """Let a heap's member sink below those that are worse."""
    while True:
        worst = 2 * i + 1
        if worst >= size:
            return
        if worst + 1 < size and _worse(score, heap[worst + 1], heap[worst]):
            worst += 1
        if not _worse(score, heap[worst], heap[i]):
            return
        heap[i], heap[worst] = heap[worst], heap[i]
        i = worst


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _worse(score: npt.NDArray[np.float64], one: int, other: int) -> bool:  # pragma: no cover
    """Whether one comes after the other."""
    return bool(score[one] < score[other] or (score[one] == score[other] and one > other))
