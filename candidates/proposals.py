"""What sources answer with, as arrays: a member's proposals for some queries, each query's best first."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from data.visible import Visible


class Proposals(NamedTuple):
    """One member's proposals, one query after the other; an item's place in its query is its rank.

    Parameters
    ----------
    starts
        Where each query's proposals start, and the end; the queries are those of a `data.visible.Visible`.
    items
        What is proposed, an item once a query.
    scores
        What the order is by, falling; ties go to the smaller item.
    """

    starts: npt.NDArray[np.int64]
    items: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]

    def frame(self, query: npt.NDArray[np.uint32]) -> pl.DataFrame:
        """Query, item, rank, score, sorted by (query, rank); `query` are the queries' numbers."""
        counts = np.diff(self.starts)
        rank = np.arange(1, len(self.items) + 1) - np.repeat(self.starts[:-1], counts)
        return pl.DataFrame(
            {
                "query": pl.Series(np.repeat(query, counts), dtype=pl.UInt32),
                "item": pl.Series(self.items, dtype=pl.UInt32),
                "rank": pl.Series(rank, dtype=pl.UInt16),
                "score": pl.Series(self.scores, dtype=pl.Float32),
            }
        )


Answer = Callable[[Visible, int], Proposals]
"""Proposes at most so many items a query."""

Recaller = Callable[[Visible, int], dict[str, Proposals]]
"""A fitted source in memory: for each of its members, at most so many items a query."""


def as_member(name: str, answer: Answer) -> Recaller:
    """The recaller of a source with one member."""
    return lambda visible, k: {name: answer(visible, k)}


def starts_of(counts: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Where each of several lists starts, one after the other, and the end, from their lengths."""
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts
