"""What the running session is about: prices and categories."""

import polars as pl

from data.fixed import as_float, fixed
from features.expressions.goods import visited_goods
from features.group import feature_group
from features.kernels.goods import session_goods_rows


@feature_group(scope="query", kernel=session_goods_rows)
def session_goods(prefixes: pl.LazyFrame, items: pl.LazyFrame) -> pl.LazyFrame:
    """Average price and price spread seen, how many categories, and how evenly the events lie in them.

    The entropy is in nats, 0 for a single category. Null where the log names no price, no category.
    """
    goods = visited_goods(prefixes, items)
    prices = goods.group_by("query").agg(
        mean_price=as_float(fixed(pl.col("price")).sum()) / pl.col("price").count().replace(0, None),
        price_spread=pl.col("price").max() - pl.col("price").min(),
        last_price=pl.col("price").sort_by("position").last(),
        max_price=pl.col("price").max(),
    )
    counts = goods.filter(pl.col("category").is_not_null()).group_by("query", "category").agg(n=pl.len())
    share = pl.col("n") / pl.col("n").sum()
    categories = counts.group_by("query").agg(
        categories=pl.len(), category_entropy=as_float(fixed(-share * share.log()).sum())
    )
    return prices.join(categories, on="query", how="left", validate="1:1")
