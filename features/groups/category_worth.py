"""What the sessions that touched a category were worth."""

import polars as pl

from data.fixed import as_float, as_money, fixed, money
from features.expressions.running import SINCE, running_sums, smoothed_rate
from features.group import feature_group


@feature_group(scope="category", as_of=True)
def category_worth(touched: pl.LazyFrame, items: pl.LazyFrame) -> pl.LazyFrame:
    """Counts of a category and the mean values of the sessions that touched it, up to each session's end.

    A session counts once for each of its items in the category. Rates are smoothed. Empty where the log names no
    categories.
    """
    sums = {
        "views": pl.col("clicks"),
        "carts": pl.col("carts"),
        "buys": pl.col("orders"),
        "value": money(pl.col("value")),
        "log_value": fixed(pl.col("value").log1p()),
        "spend": money(pl.col("spend")),
    }
    named = touched.join(items.select("item", "category"), on="item", how="left", validate="m:1")
    n = pl.col("n")
    return running_sums(named.filter(pl.col("category").is_not_null()), ["category"], sums).select(
        "category",
        "ts",
        SINCE,
        views=pl.col("views").log1p(),
        buys=pl.col("buys").log1p(),
        buy_to_view=smoothed_rate(pl.col("buys"), pl.col("views")),
        cart_to_view=smoothed_rate(pl.col("carts"), pl.col("views")),
        mean_value=as_money(pl.col("value")) / n,
        mean_log=as_float(pl.col("log_value")) / n,
        line=as_money(pl.col("spend")) / pl.col("buys").replace(0, None),
    )
