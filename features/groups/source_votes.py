"""What the sources together say of a candidate."""

import operator
from functools import reduce

import polars as pl

from features.group import feature_group
from features.kernels.votes import RECIPROCAL_OFFSET, source_votes_rows


@feature_group(scope="pair", aligned=True, kernel=source_votes_rows)
def source_votes(candidates: pl.LazyFrame) -> pl.LazyFrame:
    """How many members propose the candidate, how high, and where its fused score stands in the query.

    `reciprocal` sums 1 / (60 + rank) over the members: reciprocal-rank fusion (Cormack, Clarke, Buettcher 2009),
    whatever has put the candidates in order.
    """
    names = candidates.collect_schema().names()
    ranks = [pl.col(n) for n in names if n.endswith("__rank") and n != "fused__rank"]
    fused = pl.col("fused__score").cast(pl.Float64)
    best = fused.max().over("query")
    votes = [(1 / (RECIPROCAL_OFFSET + rank.cast(pl.Float64))).fill_null(0.0) for rank in ranks]
    members = pl.sum_horizontal(rank.is_not_null().cast(pl.UInt16) for rank in ranks)
    return candidates.select(
        "query",
        "item",
        members=members,
        best_rank=pl.min_horizontal(ranks),
        mean_rank=pl.sum_horizontal(rank.cast(pl.UInt32) for rank in ranks) / members.replace(0, None),
        reciprocal=reduce(operator.add, votes),  # in the members' order: `sum_horizontal` promises none
        fused_of_best=fused / best.replace(0.0, None),
        fused_behind=best - fused,
    )
