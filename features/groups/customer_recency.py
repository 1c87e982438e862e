"""How often a customer has bought, and how long ago."""

import polars as pl

from features.expressions.purchased import kept
from features.expressions.span import DAY_MS
from features.group import feature_group


@feature_group(scope="query", zeros=("purchases", "purchase_days"))
def customer_recency(queries: pl.LazyFrame, purchases: pl.LazyFrame) -> pl.LazyFrame:
    """Purchases with money left, and the days from the last, second, third and fifth last and the first until now.

    `purchase_days` are distinct days (UTC) with one; `span` the days from the first purchase to the last, `quiet` the
    days since the last over those since the first; `once` is 1 for who has bought once.
    """
    day = pl.col("ts").dt.epoch("ms") // DAY_MS
    ages = pl.col("age").sort()
    counted = (
        kept(queries, purchases)
        .group_by("query")
        .agg(
            purchases=pl.len(),
            purchase_days=day.n_unique(),
            days_since=ages.first(),
            days_since_second=ages.get(1, null_on_oob=True),
            days_since_third=ages.get(2, null_on_oob=True),
            days_since_fifth=ages.get(4, null_on_oob=True),
            days_known=ages.last(),
        )
    )
    return counted.with_columns(
        span=pl.col("days_known") - pl.col("days_since"),
        quiet=pl.col("days_since") / pl.col("days_known"),
        once=pl.col("purchases") == 1,
    )
