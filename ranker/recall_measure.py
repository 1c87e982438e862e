"""recall@20 as LightGBM can watch it: a function of scores, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from learning.boosting import Measure

TOP = 20


@dataclass(frozen=True)
class RecallByQuery:
    """recall@20 with what each query adds to it.

    Parameters
    ----------
    inside, worth
        Arrays (query, place): whether a row stands there, and its gain.
    """

    inside: npt.NDArray[np.bool_]
    worth: npt.NDArray[np.float64]

    @property
    def depth(self) -> int:
        """How many of a query's best count."""
        return min(TOP, int(self.inside.shape[1]))

    @property
    def possible(self) -> float:
        """The gain that the lists could hold, over all queries."""
        return float(-np.sort(-self.worth, axis=1)[:, : self.depth].sum())

    def gained(self, scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The gain among each query's best 20 by these scores of the rows."""
        table = np.full(self.inside.shape, -np.inf)
        table[self.inside] = scores
        best = np.argsort(-table, axis=1, kind="stable")[:, : self.depth]
        return np.asarray(np.take_along_axis(self.worth, best, axis=1).sum(axis=1))


def recall_by_query(rows: pl.DataFrame, gains: Sequence[int]) -> RecallByQuery:
    """recall@20 of these rows, query by query.

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
    return RecallByQuery(inside, worth)


def recall_measure(rows: pl.DataFrame, gains: Sequence[int]) -> Measure:
    """recall@20 as a function of scores: the gain among each query's best 20 over the gain that 20 could hold.

    Parameters
    ----------
    rows, gains
        See `recall_by_query`.
    """
    by_query = recall_by_query(rows, gains)
    possible = by_query.possible

    def measure(scores: npt.NDArray[np.float64]) -> float:
        return float(by_query.gained(scores).sum() / possible)

    return measure
