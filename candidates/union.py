"""The union: what all members propose for a query, one row an item, in fused order."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from candidates.algorithms.order_kernel import order_of
from candidates.algorithms.union_kernel import gather, spread
from candidates.fusion import Fusion
from candidates.proposals import Proposals
from data.candidates import Candidates


def unite(proposals: Mapping[str, Proposals], fusion: Fusion) -> Candidates:
    """Bring the members' proposals together, each query's in the order of their fused scores, ties by item.

    Parameters
    ----------
    proposals
        By member, one or more, for the same queries.
    fusion
        How far each member is believed; one that it does not name counts nothing.

    Raises
    ------
    KeyError
        If the fusion names a member that proposes nothing here.
    """
    members = tuple(proposals)
    starts, items, scores = _joined(proposals)
    believed = [members.index(name) for name in _known(fusion.weights, members)]
    others = [number for number in range(len(members)) if number not in believed]
    weights = np.array([fusion.weights.get(name, 0.0) for name in members], np.float64)
    order_of_sums = np.array([*believed, *others], np.int64)
    row_starts, row_of, own, fused = gather(starts, items, order_of_sums, weights, float(fusion.offset))
    order = order_of(row_starts, fused, own)
    ranks, values = spread(starts, scores, row_of, order)
    return Candidates(
        row_starts, own[order], members, ranks, values, places(row_starts), fused[order].astype(np.float32)
    )


def in_order(candidates: Candidates, scores: npt.NDArray[np.float64]) -> Candidates:
    """The candidates by other scores, which stand in place of the fused ones; ties by item."""
    order = order_of(candidates.starts, scores, candidates.item)
    return candidates._replace(
        item=candidates.item[order],
        rank=candidates.rank[:, order],
        score=candidates.score[:, order],
        fused_score=scores[order].astype(np.float32),
    )


def places(starts: npt.NDArray[np.int64]) -> npt.NDArray[np.uint16]:
    """Every row's place in its query, from 1."""
    rows = np.arange(1, starts[-1] + 1)
    return (rows - np.repeat(starts[:-1], np.diff(starts))).astype(np.uint16)


def members_of(candidates: pl.LazyFrame | pl.DataFrame) -> list[str]:
    """The members that a candidates table has columns of."""
    names = candidates.collect_schema().names()
    return [n.removesuffix("__rank") for n in names if n.endswith("__rank") and n != "fused__rank"]


def _known(weights: Mapping[str, float], members: tuple[str, ...]) -> list[str]:
    unknown = [name for name in weights if name not in members]
    if unknown:
        raise KeyError(f"fusion weighs {unknown}, which are not among the members {list(members)}.")
    return list(weights)


def _joined(
    proposals: Mapping[str, Proposals],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """All members' proposals, one member after the other: starts (members, queries + 1), items, scores."""
    each = list(proposals.values())
    before = np.cumsum([0, *(len(one.items) for one in each[:-1])])
    starts = np.array([one.starts for one in each]) + before[:, None]
    return starts, np.concatenate([one.items for one in each]), np.concatenate([one.scores for one in each])
