"""The inner loop of neighbour scores: a binary search for every (candidate, visited item)."""

from typing import Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from features.kernels.search import lower_bound
from features.question import Floats, Floats32, Ints, Question

DEPTH: Final = 2
"""Visited items that have a column of their own, the latest first; more brought nothing measurable."""

SUMMARIES: Final = ("sum", "typed", "mean", "max")
COLUMNS: Final = DEPTH + len(SUMMARIES)
"""Columns a member."""


class Table(NamedTuple):
    """Neighbour tables side by side.

    Parameters
    ----------
    neighbours
        Rising within an item.
    scores
        A row a pair, a column a member, 0 where the member lacks the pair.
    """

    neighbours: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]


class Visited(NamedTuple):
    """The sessions' items, one query after the other, the latest first.

    Parameters
    ----------
    low, high
        Where each item's neighbours start and end.
    weight, typed
        What each item counts, and times its events' types.
    """

    low: npt.NDArray[np.int64]
    high: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float64]
    typed: npt.NDArray[np.float64]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def score_pairs(
    table: Table,
    visited: Visited,
    item: npt.NDArray[np.int64],
    first: npt.NDArray[np.int64],
    end: npt.NDArray[np.int64],
    into: npt.NDArray[np.float32],
) -> None:  # pragma: no cover
    """Fill `into`, (members x `COLUMNS`, rows), with each candidate's scores as a neighbour of the visited items.

    Sums run from the latest item back, so that they are the same whatever else is asked. NaN where the session has
    no such item.
    """
    members = table.scores.shape[1]
    total, typed, plain = np.zeros(members), np.zeros(members), np.zeros(members)
    best = np.zeros(members, np.float32)
    for row in range(len(item)):
        total[:], typed[:], plain[:], best[:] = 0.0, 0.0, 0.0, 0.0
        count = end[row] - first[row]
        for step in range(count):
            place = first[row] + step
            pair = _find(table.neighbours, visited.low[place], visited.high[place], item[row])
            for member in range(members):
                score = table.scores[pair, member] if pair >= 0 else np.float32(0.0)
                if step < DEPTH:
                    into[member * COLUMNS + step, row] = score
                total[member] += visited.weight[place] * score
                typed[member] += visited.typed[place] * score
                plain[member] += score
                best[member] = max(best[member], score)
        for member in range(members):
            column = member * COLUMNS
            for step in range(count, DEPTH):
                into[column + step, row] = np.nan
            into[column + DEPTH, row] = total[member] if count else np.nan
            into[column + DEPTH + 1, row] = typed[member] if count else np.nan
            into[column + DEPTH + 2, row] = plain[member] / count if count else np.nan
            into[column + DEPTH + 3, row] = best[member] if count else np.nan


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _find(rising: npt.NDArray[np.int64], low: int, high: int, wanted: int) -> int:  # pragma: no cover
    """Where a value stands between two places, -1 if nowhere."""
    place = lower_bound(rising, low, high, wanted)
    return place if place < high and rising[place] == wanted else -1


def neighbour_scores_rows(question: Question, into: Floats32) -> None:
    """Fill `neighbour_scores`' features of every candidate."""
    asked = question.candidates
    _fill(*question.opened.neighbours, *question.latest, asked.starts, asked.item, into)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _fill(
    pair_starts: Ints,
    neighbour: Ints,
    scores: Floats32,
    visited_starts: Ints,
    visited: Ints,
    weight: Floats,
    typed: Floats,
    starts: Ints,
    item: Ints,
    into: Floats32,
) -> None:  # pragma: no cover
    low, high = np.zeros(len(visited), np.int64), np.zeros(len(visited), np.int64)
    for place in range(len(visited)):
        if 0 <= visited[place] < len(pair_starts) - 1:
            low[place], high[place] = pair_starts[visited[place]], pair_starts[visited[place] + 1]
    first, end = np.empty(len(item), np.int64), np.empty(len(item), np.int64)
    for query in range(len(starts) - 1):
        first[starts[query] : starts[query + 1]] = visited_starts[query]
        end[starts[query] : starts[query + 1]] = visited_starts[query + 1]
    score_pairs(Table(neighbour, scores), Visited(low, high, weight, typed), item, first, end, into)
