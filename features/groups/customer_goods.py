"""What kind of goods a customer buys, and how widely."""

import polars as pl

from data.fixed import as_float, as_money, fixed, money
from features.group import feature_group

LATELY = 90


@feature_group(scope="query")
def customer_goods(
    queries: pl.LazyFrame, purchases: pl.LazyFrame, ordered: pl.LazyFrame, items: pl.LazyFrame
) -> pl.LazyFrame:
    """Distinct items and categories, how the money lies in them, and how often the same is bought again.

    `item_focus` and `category_focus` are the sums of squared shares of the money (Herfindahl), 1 where all of it lies
    in one; `again_share` is the share of items bought in several purchases, `new_share` that of the last purchase's
    items which no earlier one has; `buyers_log` the mean log(1 + customers) of the items, so that low ones are
    rarities; `new_items_90` counts those first bought in the last 90 days. Null where nothing has cost anything, no
    category is named.
    """
    asked = queries.select("query", "user", "start_ts")
    sums = {"spend": money(pl.col("spend")).sum(), "ts": pl.col("ts").min()}
    bought = ordered.group_by("user", "item", "session", "visit").agg(**sums)
    bought = bought.collect().lazy()  # once: it is read twice, and is nearly as long as the log
    of_items = bought.group_by("user", "item").agg(times=pl.len(), spend=pl.col("spend").sum(), ts=pl.col("ts").min())
    popular = of_items.group_by("item").agg(buyers=pl.len())
    told = popular.join(items.select("item", "category"), on="item", how="left", validate="1:1")
    of_items = of_items.join(told, on="item", validate="m:1")
    last = purchases.sort("ts", "session", "visit").unique("user", keep="last", maintain_order=True)
    latest = (
        bought.join(last, on=["user", "session", "visit"], how="semi")
        .join(of_items.select("user", "item", "times"), on=["user", "item"], validate="m:1")
        .group_by("user")
        .agg(new_share=(pl.col("times") == 1).mean())
    )
    by_item = of_items.group_by("user").agg(
        items=pl.len(),
        again_share=(pl.col("times") > 1).mean(),
        times_mean=pl.col("times").mean(),
        top_item_share=_shares().max(),
        item_focus=as_float(fixed(_shares() ** 2).sum()),
        buyers_log=as_float(fixed(pl.col("buyers").log1p()).sum()) / pl.len(),
    )
    since = asked.select("user", since=pl.col("start_ts") - pl.duration(days=LATELY))
    new = of_items.join(since, on="user", validate="m:1").filter(pl.col("ts") >= pl.col("since"))
    lately = new.group_by("user").agg(new_items_90=pl.len())
    by_category = (
        of_items.filter(pl.col("category").is_not_null())
        .group_by("user", "category")
        .agg(pl.col("spend").sum())
        .group_by("user")
        .agg(
            categories=pl.len(),
            top_category_share=_shares().max(),
            category_focus=as_float(fixed(_shares() ** 2).sum()),
        )
    )
    joined = asked
    for table in (by_item, latest, lately, by_category):
        joined = joined.join(table, on="user", how="left", validate="m:1")
    return joined.with_columns(pl.col("new_items_90").fill_null(0)).drop("user", "start_ts")


def _shares() -> pl.Expr:
    """Each row's share of its group's money; null where there is none."""
    return as_money(pl.col("spend")) / as_money(pl.col("spend").sum()).replace(0.0, None)
