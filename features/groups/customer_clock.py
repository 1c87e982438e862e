"""At which hours and on which days a customer buys."""

import polars as pl

from features.expressions.purchased import aged
from features.group import feature_group

SATURDAY = 6


@feature_group(scope="query", clock=True)
def customer_clock(queries: pl.LazyFrame, purchases: pl.LazyFrame) -> pl.LazyFrame:
    """The mean hour of purchases, the share of them on weekends, and how many weekdays they fall on (UTC)."""
    hour, weekday = pl.col("ts").dt.hour().cast(pl.Int64), pl.col("ts").dt.weekday()
    return (
        aged(queries, purchases)
        .group_by("query")
        .agg(hour=hour.sum() / pl.len(), weekend_share=(weekday >= SATURDAY).mean(), weekdays=weekday.n_unique())
    )
