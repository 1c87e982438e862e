"""recall@20 as LightGBM can watch it: a function of scores, in memory."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from learning.boosting import Measure

TOP = 20


def recall_measure(rows: pl.DataFrame, gains: Sequence[int]) -> Measure:
    """recall@20 as a function of scores: the gain among each query's best 20 over the gain that 20 could hold.

    Parameters
    ----------
    rows
        query, relevance; sorted by (query, fused__rank), the order that equal scores keep.
    gains
        What a relevance is worth.
    """
    lengths = rows.group_by("query", maintain_order=True).len()["len"].to_numpy()
    inside = np.arange(lengths.max()) < lengths[:, None]
    worth = np.zeros(inside.shape)
    worth[inside] = np.array(gains)[rows["relevance"].to_numpy()]
    depth = min(TOP, inside.shape[1])
    possible = -np.sort(-worth, axis=1)[:, :depth].sum()

    def measure(scores: npt.NDArray[np.float64]) -> float:
        table = np.full(inside.shape, -np.inf)
        table[inside] = scores
        best = np.argsort(-table, axis=1, kind="stable")[:, :depth]
        return float(np.take_along_axis(worth, best, axis=1).sum() / possible)

    return measure
