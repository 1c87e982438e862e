"""How far the running session has gone from looking to buying."""

import polars as pl

from features.expressions.running import smoothed_rate
from features.group import feature_group


@feature_group(scope="query")
def session_funnel(prefixes: pl.LazyFrame) -> pl.LazyFrame:
    """Orders and carts against views and against carts, smoothed, of what is visible.

    A view is a click; every rate starts at 1 in 20. `bought_items` and `carted_items` count distinct ones.
    """
    clicks, carts, orders = (pl.col("type") == name for name in ("clicks", "carts", "orders"))
    counts = prefixes.group_by("query").agg(
        views=clicks.sum(),
        carts=carts.sum(),
        buys=orders.sum(),
        carted_items=pl.col("item").filter(carts).n_unique(),
        bought_items=pl.col("item").filter(orders).n_unique(),
    )
    return counts.select(
        "query",
        "carted_items",
        "bought_items",
        buy_to_view=smoothed_rate(pl.col("buys"), pl.col("views")),
        cart_to_view=smoothed_rate(pl.col("carts"), pl.col("views")),
        buy_to_cart=smoothed_rate(pl.col("buys"), pl.col("carts")),
    )
