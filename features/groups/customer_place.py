"""Where a customer stands among all who have bought."""

import polars as pl

from features.expressions.purchased import whole_money
from features.group import feature_group


@feature_group(scope="query")
def customer_place(queries: pl.LazyFrame, purchases: pl.LazyFrame) -> pl.LazyFrame:
    """The share of all customers who have brought as much or less, bought as often or less, and so on.

    Near 1 for the best: by money ever and in the last 90 days, by its mean a purchase, by purchases, by how short ago
    the last one was, and by how long ago the first. Unlike money itself these do not drift with a growing shop.
    """
    now = queries.select(now=pl.col("start_ts").max())
    lately = pl.col("ts") >= pl.col("now") - pl.duration(days=90)
    of_all = (
        purchases.join(now, how="cross")
        .group_by("user")
        .agg(
            spend=whole_money(pl.col("value")),
            spend_90=whole_money(pl.col("value").filter(lately)),
            purchases=pl.len(),
            last=pl.col("ts").max(),
            known=-pl.col("ts").min().dt.epoch("ms"),
        )
        .with_columns(mean=pl.col("spend") / pl.col("purchases"))
    )
    names = ("spend", "spend_90", "mean", "purchases", "last", "known")
    places = of_all.select("user", *(pl.col(name).rank("max") / pl.len() for name in names))
    return queries.select("query", "user").join(places, on="user", how="left", validate="m:1").drop("user")
