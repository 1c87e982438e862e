"""What kind of goods the running session has touched."""

import polars as pl


def visited_goods(prefixes: pl.LazyFrame, items: pl.LazyFrame) -> pl.LazyFrame:
    """PREFIXES with brand, and with ITEMS' price and category where an event names none."""
    listed = items.select("item", "brand", listed_price="price", listed_category="category")
    return (
        prefixes.join(listed, on="item", how="left", validate="m:1")
        .with_columns(
            price=pl.coalesce("price", "listed_price"),
            category=pl.coalesce("listed_category", "category"),
        )
        .drop("listed_price", "listed_category")
    )
