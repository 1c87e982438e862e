"""How much a customer looks around, and how lately."""

import polars as pl

from data.schema import TYPES
from features.expressions.purchased import aged
from features.group import feature_group

WINDOWS = (7, 30, 90)


@feature_group(scope="query")
def customer_visits(queries: pl.LazyFrame, closed: pl.LazyFrame) -> pl.LazyFrame:
    """Visits that had closed before the question, their clicks and carts, in windows and ever.

    `days_since` is the time since the last visit's close; `bought_share` is the share of visits with an order,
    `idle` counts the visits since the last of those; `cart_rate` and `order_rate` are by the click.
    """
    bought = pl.col("orders") > 0
    names = ("visits", *TYPES[:2])
    counted = aged(queries, closed).with_columns(visits=1)
    inside = {f"{n}_{d}": pl.col(n).filter(pl.col("age") <= d).cast(pl.Int64).sum() for d in WINDOWS for n in names}
    ever = {name: pl.col(name).cast(pl.Int64).sum() for name in names}
    found = counted.group_by("query").agg(
        **inside,
        **ever,
        orders=pl.col("orders").cast(pl.Int64).sum(),
        days_since=pl.col("age").min(),
        bought_share=bought.mean(),
        idle=(pl.col("age") < pl.col("age").filter(bought).min()).sum(),
    )
    clicks = pl.col("clicks").replace(0, None)
    return found.with_columns(cart_rate=pl.col("carts") / clicks, order_rate=pl.col("orders") / clicks).drop("orders")
