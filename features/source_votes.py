"""What the sources together say of a candidate."""

import polars as pl

from features.group import feature_group


@feature_group(scope="pair")
def source_votes(candidates: pl.LazyFrame) -> pl.LazyFrame:
    """How many members propose the candidate, how high, and where its fused score stands in the query."""
    names = candidates.collect_schema().names()
    ranks = [pl.col(n) for n in names if n.endswith("__rank") and n != "fused__rank"]
    fused = pl.col("fused__score").cast(pl.Float64)
    best = fused.max().over("query")
    return candidates.select(
        "query",
        "item",
        members=pl.sum_horizontal(rank.is_not_null().cast(pl.UInt16) for rank in ranks),
        best_rank=pl.min_horizontal(ranks),
        fused_of_best=fused / best.replace(0.0, None),
        fused_behind=best - fused,
    )
