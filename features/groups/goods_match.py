"""Whether a candidate is of the kind that the session is looking at."""

import polars as pl

from data.fixed import as_float, fixed
from features.expressions.goods import visited_goods
from features.group import feature_group
from features.kernels.goods import goods_match_rows

PAIR = ["query", "item"]


@feature_group(scope="pair", aligned=True, kernel=goods_match_rows)
def goods_match(candidates: pl.LazyFrame, prefixes: pl.LazyFrame, items: pl.LazyFrame) -> pl.LazyFrame:
    """The candidate's category, brand and price against those that the session has touched.

    `category_share` is the share of the session's events in the candidate's category; `price_to_session` and
    `price_to_last` compare its price with the mean of those seen and with the last. Null where either is unknown.
    """
    goods = visited_goods(prefixes, items)
    session = goods.group_by("query").agg(
        events=pl.len(),
        mean_price=as_float(fixed(pl.col("price")).sum()) / pl.col("price").count().replace(0, None),
        **{f"last_{c}": pl.col(c).sort_by("position").last() for c in ("price", "category", "brand")},
    )
    touched = goods.filter(pl.col("category").is_not_null()).group_by("query", "category").agg(touched=pl.len())
    known = items.select("item", "category", "brand", "price")
    asked = (
        candidates.select(PAIR)
        .join(known, on="item", how="left", validate="m:1", maintain_order="left")
        .join(session, on="query", how="left", validate="m:1", maintain_order="left")
        .join(touched, on=["query", "category"], how="left", validate="m:1", maintain_order="left")
    )
    share = pl.col("touched").fill_null(0) / pl.col("events")
    return asked.select(
        *PAIR,
        same_category=pl.col("category") == pl.col("last_category"),
        same_brand=pl.col("brand") == pl.col("last_brand"),
        category_share=pl.when(pl.col("category").is_not_null()).then(share),
        price_to_session=pl.col("price") / pl.col("mean_price").replace(0.0, None),
        price_to_last=pl.col("price") / pl.col("last_price").replace(0.0, None),
    )
