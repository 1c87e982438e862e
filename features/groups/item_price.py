"""What an item costs, in itself and among its kind."""

import polars as pl

from features.group import feature_group


@feature_group(scope="item")
def item_price(history: pl.LazyFrame, items: pl.LazyFrame) -> pl.LazyFrame:
    """An item's median price, its latest against it, and its place among the prices of its category.

    Where no event names a price, that of ITEMS; null without. `category_rank` is the share of the category's items
    that cost as much or less, `to_category` the ratio to their median price.
    """
    paid = history.filter(pl.col("price").is_not_null()).group_by("item")
    prices = paid.agg(median=pl.col("price").median(), latest=pl.col("price").sort_by("ts", "price").last())
    known = (
        history.select("item")
        .unique()
        .join(items.select("item", "category", listed="price"), on="item", how="left", validate="1:1")
        .join(prices, on="item", how="left", validate="1:1")
        .with_columns(price=pl.coalesce("median", "listed"))
    )
    price = pl.col("price")
    return known.select(
        "item",
        "price",
        latest_to_median=pl.col("latest") / pl.col("median").replace(0.0, None),
        category_rank=(price.rank("max") / price.count()).over("category"),
        to_category=price / price.median().over("category").replace(0.0, None),
    )
