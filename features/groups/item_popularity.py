"""How much an item is looked at, carted and ordered, and what one leads to the other."""

import polars as pl

from data.schema import TYPES
from features.expressions.span import share_at_least, with_span
from features.group import feature_group


@feature_group(scope="item")
def item_popularity(history: pl.LazyFrame) -> pl.LazyFrame:
    """Events a day by type, sessions, conversion and reorders of every item of the history.

    Ranks are the share of items with at least as many. `reorder_rate` is the share of an item's buyers (users, or
    sessions where there is no user) who ordered it at two moments or more, null without an order.
    """
    counts = (
        with_span(history)
        .group_by("item")
        .agg(
            pl.len().alias("all"),
            *((pl.col("type") == name).sum().alias(name) for name in TYPES),
            pl.col("session").n_unique().alias("sessions"),
            pl.col("days").first(),
        )
        .join(_reorders(history), on="item", how="left", validate="1:1")
    )
    return counts.select(
        "item",
        *((pl.col(name) / pl.col("days")).alias(f"{name}_a_day") for name in (*TYPES, "sessions")),
        cart_rate=pl.col("carts") / (pl.col("clicks") + 1),
        order_rate=pl.col("orders") / (pl.col("clicks") + 1),
        order_per_cart=pl.col("orders") / (pl.col("carts") + 1),
        reorder_rate="reorder_rate",
        visits_a_session=pl.col("all") / pl.col("sessions"),
        popularity_rank=share_at_least("all"),
        carts_rank=share_at_least("carts"),
        orders_rank=share_at_least("orders"),
    )


def _reorders(history: pl.LazyFrame) -> pl.LazyFrame:
    nobody = pl.when(pl.col("user").is_null()).then(pl.col("session"))
    buyers = (
        history.filter(pl.col("type") == "orders")
        .group_by("item", "user", nobody=nobody)
        .agg(again=pl.col("ts").n_unique() > 1)
    )
    return buyers.group_by("item").agg(reorder_rate=pl.col("again").sum() / pl.len())
