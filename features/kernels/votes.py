"""The members' votes for each candidate, row by row."""

import numba
import numpy as np
import numpy.typing as npt

from features.question import Floats32, Ints, Question

RECIPROCAL_OFFSET = 60


def source_votes_rows(question: Question, into: Floats32) -> None:
    """Fill `source_votes`' features of every candidate."""
    asked = question.candidates
    _fill(asked.starts, np.ascontiguousarray(asked.rank), asked.fused_score, into)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _fill(starts: Ints, rank: npt.NDArray[np.uint16], fused: Floats32, into: Floats32) -> None:  # pragma: no cover
    for query in range(len(starts) - 1):
        best = -np.inf
        for row in range(starts[query], starts[query + 1]):
            best = max(best, np.float64(fused[row]))
        for row in range(starts[query], starts[query + 1]):
            _vote(rank[:, row], into[:, row])
            mine = np.float64(fused[row])
            into[4, row] = mine / best if best != 0.0 else np.nan
            into[5, row] = best - mine


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _vote(ranks: npt.NDArray[np.uint16], into: Floats32) -> None:  # pragma: no cover
    members, reciprocal = 0, 0.0
    total = best = np.int64(0)
    for given in ranks:
        rank = np.int64(given)
        if rank > 0:
            members += 1
            total += rank
            best = rank if best == 0 or rank < best else best
            reciprocal += 1 / (RECIPROCAL_OFFSET + np.float64(rank))
    into[0], into[3] = members, reciprocal
    into[1] = best if members else np.nan
    into[2] = total / members if members else np.nan
