"""What the first stage's trees see of candidates, as columns: the members' votes and how they compare."""

from collections.abc import Sequence

import numba
import numpy as np
import numpy.typing as npt

from data.candidates import Candidates
from features.kernels.votes import RECIPROCAL_OFFSET

Floats32 = npt.NDArray[np.float32]
Codes = npt.NDArray[np.int64]
OF_MEMBERS = ("rank", "score", "share")
OF_ALL = (
    "fused__rank",
    "fused__score",
    "source_votes__members",
    "source_votes__best_rank",
    "source_votes__mean_rank",
    "source_votes__reciprocal",
    "source_votes__fused_of_best",
    "source_votes__fused_behind",
)
RANK, SCORE, SHARE, FUSED_RANK, FUSED_SCORE, MEMBERS, BEST, MEAN, RECIPROCAL, OF_BEST, BEHIND = range(11)


def codes_of(names: Sequence[str], members: Sequence[str]) -> tuple[Codes, Codes]:
    """What each column is, and of which member, from its name.

    Raises
    ------
    KeyError
        If a column is nothing that is known of candidates of these members.
    """
    codes = {name: (FUSED_RANK + number, 0) for number, name in enumerate(OF_ALL)}
    for number, member in enumerate(members):
        codes |= {f"{member}__{name}": (code, number) for code, name in enumerate(OF_MEMBERS)}
    found = np.array([codes[name] for name in names], np.int64).reshape(-1, 2)
    return np.ascontiguousarray(found[:, 0]), np.ascontiguousarray(found[:, 1])


def vote_columns(candidates: Candidates, kinds: Codes, members: Codes) -> Floats32:
    """The columns of these codes, NaN where there is nothing to say; shape (columns, candidates).

    Parameters
    ----------
    candidates
        In any order.
    kinds, members
        From `codes_of`.
    """
    columns: Floats32 = _columns(
        candidates.starts,
        candidates.rank,
        candidates.score,
        candidates.fused_rank,
        candidates.fused_score,
        kinds,
        members,
    )
    return columns


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _columns(
    starts: npt.NDArray[np.int64],
    rank: npt.NDArray[np.uint16],
    score: Floats32,
    fused_rank: npt.NDArray[np.uint16],
    fused_score: Floats32,
    kinds: Codes,
    members: Codes,
) -> Floats32:  # pragma: no cover
    rows = len(fused_rank)
    columns = np.empty((len(kinds), rows), np.float32)
    summed = _summed(rank)
    for column in range(len(kinds)):
        kind, member, into = kinds[column], members[column], columns[column]
        if kind == RANK:
            for row in range(rows):
                into[row] = np.float32(rank[member, row]) if rank[member, row] else np.float32(np.nan)
        elif kind == SCORE:
            into[:] = score[member]
        elif kind == SHARE:
            _shares(starts, score[member], into)
        elif kind == FUSED_RANK:
            for row in range(rows):
                into[row] = np.float32(fused_rank[row])
        elif kind == FUSED_SCORE:
            into[:] = fused_score
        elif kind in (OF_BEST, BEHIND):
            _against_best(starts, fused_score, kind == OF_BEST, into)
        else:
            for row in range(rows):
                into[row] = np.float32(summed[kind - MEMBERS, row])
    return columns


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _summed(rank: npt.NDArray[np.uint16]) -> npt.NDArray[np.float64]:  # pragma: no cover
    """How many members propose a row, their best and mean rank, and the sum of reciprocal ranks in their order."""
    sums = np.zeros((4, rank.shape[1]))
    for row in range(rank.shape[1]):
        count, total, best, reciprocal = 0, np.int64(0), np.inf, 0.0
        for member in range(rank.shape[0]):
            its = np.int64(rank[member, row])
            if its:
                count += 1
                total += its
                best = min(best, np.float64(its))
                reciprocal += 1.0 / (RECIPROCAL_OFFSET + np.float64(its))
        sums[0, row], sums[1, row], sums[2, row], sums[3, row] = count, best, total / count, reciprocal
    return sums


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _shares(starts: npt.NDArray[np.int64], score: Floats32, into: Floats32) -> None:  # pragma: no cover
    """A member's scores as shares of its best in the query; NaN where that is 0."""
    for query in range(len(starts) - 1):
        best = np.float32(-np.inf)
        for row in range(starts[query], starts[query + 1]):
            best = max(best, score[row]) if score[row] == score[row] else best
        for row in range(starts[query], starts[query + 1]):
            into[row] = np.float32(np.nan) if best == 0.0 else np.float32(score[row] / best)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _against_best(
    starts: npt.NDArray[np.int64], fused: Floats32, as_share: bool, into: Floats32
) -> None:  # pragma: no cover
    """The fused scores as shares of the query's best, NaN where that is 0; or by how much they are behind it."""
    for query in range(len(starts) - 1):
        best = -np.inf
        for row in range(starts[query], starts[query + 1]):
            best = max(best, np.float64(fused[row]))
        for row in range(starts[query], starts[query + 1]):
            one = np.float64(fused[row])
            if as_share:
                into[row] = np.float32(np.nan) if best == 0.0 else np.float32(one / best)
            else:
                into[row] = np.float32(best - one)
