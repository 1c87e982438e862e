"""Whether visitors stay with an item, come back to it, or leave after it."""

import polars as pl

from features.group import feature_group

PRIOR = 1


def followed(history: pl.LazyFrame) -> pl.LazyFrame:
    """Of each item, how many events it has, and after how many what follows: item, n, same, back, again, last."""
    item = pl.col("item")
    # in the session's order, which the rows have by time; equal moments count as they stand in the sorted table
    one, two = (item.shift(-n).over("session", order_by=["ts", "item", "type"]) for n in (1, 2))
    later = pl.int_range(pl.len()).over("session", "item", order_by=["ts", "item", "type"]) + 1 < pl.len().over(
        "session", "item"
    )
    told = history.select("item", same=one == item, back=(one != item) & (two == item), again=later, last=one.is_null())
    return told.group_by("item").agg(pl.len().alias("n"), pl.col("same", "back", "again", "last").sum())


@feature_group(scope="item", counts=followed)
def item_returns(history: pl.LazyFrame) -> pl.LazyFrame:
    """What follows an item's events in their sessions, as shares of those events with one more that nothing follows.

    `same_share`: the next event is of the item again; `back_share`: the next is not, the one after it is;
    `again_share`: any later event is; `last_share`: there is no next event (over the events alone).
    """
    return history.select(
        "item",
        *((pl.col(name) / (pl.col("n") + PRIOR)).alias(f"{name}_share") for name in ("same", "back", "again")),
        last_share=pl.col("last") / pl.col("n"),
    )
