"""The order that everything must beat: what the session has touched, then what is popular."""

import polars as pl

from data.popularity import TOP, fill_up


def revisit_popular(prefixes: pl.LazyFrame, queries: pl.LazyFrame, popular: pl.LazyFrame, n: int = TOP) -> pl.LazyFrame:
    """Distinct items of the prefix, latest first, filled by popularity to `n`: query, item, rank."""
    latest = prefixes.group_by("query", "item").agg(pl.col("position").max())
    ranked = latest.sort("query", "position", descending=[False, True]).with_columns(
        rank=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over("query")
    )
    return fill_up(ranked, queries, popular, n).select("query", "item", "rank")
