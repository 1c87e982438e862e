"""CANDIDATES as arrays: what the sources propose for some queries, in the order in which it is described and ranked."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

RANK, SCORE = "__rank", "__score"


class Candidates(NamedTuple):
    """Candidates of some queries, one query after the other, each query's in fused order.

    Parameters
    ----------
    starts
        Where each query's candidates start, and the end; the queries are those of a `data.visible.Visible`.
    item
        What is proposed.
    members
        Who proposes.
    rank
        (members, candidates): each member's rank from 1; 0 where it did not propose.
    score
        (members, candidates): each member's score; NaN where it did not propose.
    fused_rank
        The place in the query's order, from 1.
    fused_score
        What the order is by.
    """

    starts: npt.NDArray[np.int64]
    item: npt.NDArray[np.int64]
    members: tuple[str, ...]
    rank: npt.NDArray[np.uint16]
    score: npt.NDArray[np.float32]
    fused_rank: npt.NDArray[np.uint16]
    fused_score: npt.NDArray[np.float32]

    def frame(self, query: npt.NDArray[np.uint32]) -> pl.DataFrame:
        """CANDIDATES, sorted by (query, fused__rank).

        Parameters
        ----------
        query
            The queries' numbers.
        """
        columns = {
            "query": pl.Series(np.repeat(query, np.diff(self.starts)), dtype=pl.UInt32),
            "item": pl.Series(self.item, dtype=pl.UInt32),
        }
        for number, member in enumerate(self.members):
            columns[member + RANK] = pl.Series(self.rank[number], dtype=pl.UInt16).replace(0, None)
            columns[member + SCORE] = pl.Series(self.score[number], dtype=pl.Float32).fill_nan(None)
        fused = {"fused__score": pl.Series(self.fused_score), "fused__rank": pl.Series(self.fused_rank)}
        return pl.DataFrame(columns | fused)

    def first(self, most: int) -> "Candidates":
        """Each query's first `most`."""
        return self.kept(self.fused_rank <= most)

    def kept(self, some: npt.NDArray[np.bool_]) -> "Candidates":
        """Some of them, at the places that they had."""
        kept = np.flatnonzero(some)
        return Candidates(
            starts=np.searchsorted(kept, self.starts).astype(np.int64),
            item=self.item[kept],
            members=self.members,
            rank=self.rank[:, kept],
            score=self.score[:, kept],
            fused_rank=self.fused_rank[kept],
            fused_score=self.fused_score[kept],
        )


def candidates_of(frame: pl.DataFrame, query: npt.NDArray[np.uint32]) -> Candidates:
    """CANDIDATES as arrays.

    Parameters
    ----------
    frame
        CANDIDATES of these queries alone, in any order.
    query
        The queries' numbers, rising; one without candidates has none here either.
    """
    rows = frame.sort("query", "fused__rank")
    members = tuple(n.removesuffix(RANK) for n in rows.columns if n.endswith(RANK) and n != "fused__rank")
    starts = np.append(np.searchsorted(rows["query"].to_numpy(), query), rows.height).astype(np.int64)
    ranks = [rows[m + RANK].fill_null(0).to_numpy() for m in members]
    scores = [rows[m + SCORE].fill_null(float("nan")).to_numpy() for m in members]
    shape = (len(members), rows.height)
    return Candidates(
        starts=starts,
        item=rows["item"].to_numpy().astype(np.int64),
        members=members,
        rank=np.array(ranks, np.uint16).reshape(shape),
        score=np.array(scores, np.float32).reshape(shape),
        fused_rank=rows["fused__rank"].to_numpy().astype(np.uint16),
        fused_score=rows["fused__score"].to_numpy().astype(np.float32),
    )
