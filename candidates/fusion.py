"""Fusion: one order out of all members' ranks, each believed as far as its weight goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add

import polars as pl

OFFSET = 60.0
"""Of the paper; lets the first ranks count little more than the next."""


@dataclass(frozen=True)
class Fusion:
    """Weighted reciprocal-rank fusion: a candidate's score is the sum over members of weight / (offset + rank).

    Parameters
    ----------
    weights
        Per member, 0 or more; a member without one counts nothing.
    offset
        How slowly a member's vote falls with its rank.

    Notes
    -----
    Cormack, Clarke, Buettcher 2009, "Reciprocal rank fusion outperforms Condorcet and individual rank learning
    methods".
    """

    weights: Mapping[str, float]
    offset: float = OFFSET

    def __post_init__(self) -> None:
        if self.offset < 0:
            raise ValueError(f"`offset` must be 0 or more, got {self.offset}.")
        wrong = {member: weight for member, weight in self.weights.items() if weight < 0}
        if wrong:
            raise ValueError(f"`weights` must be 0 or more, got {wrong}.")

    def without(self, member: str) -> "Fusion":
        """The same without one member."""
        return Fusion({name: weight for name, weight in self.weights.items() if name != member}, self.offset)

    def __call__(self, united: pl.LazyFrame) -> pl.LazyFrame:
        """Order a query's candidates.

        Parameters
        ----------
        united
            query, item and every member's rank; null where it did not propose.

        Returns
        -------
        pl.LazyFrame
            CANDIDATES: the same rows with `fused__rank` u16 and `fused__score` f32, sorted by (query, fused__rank).
        """
        votes = [
            weight / (self.offset + pl.col(f"{member}__rank").cast(pl.Float64)).fill_null(float("inf"))
            for member, weight in self.weights.items()
        ]
        fused = reduce(add, votes, pl.lit(0.0))  # in the members' order: `sum_horizontal` adds as its threads come
        return in_order(united.with_columns(fused__score=fused))


def in_order(scored: pl.LazyFrame) -> pl.LazyFrame:
    """CANDIDATES by falling `fused__score` (f64), ties by item, with `fused__rank`; the score leaves as f32."""
    return scored.sort("query", "fused__score", "item", descending=[False, True, False]).with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.UInt16).over("query").alias("fused__rank"),
        pl.col("fused__score").cast(pl.Float32),
    )
