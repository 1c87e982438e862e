"""Whether today is an item's day of the week."""

import polars as pl

from features.expressions.time_share import share_and_lift
from features.group import feature_group


@feature_group(scope="item_weekday", clock=True)
def item_weekdays(history: pl.LazyFrame) -> pl.LazyFrame:
    """The share of an item's events on the weekday, and that against the catalogue's.

    Weekdays of the query's last event, UTC. Null for a weekday on which the item was never touched.
    """
    counts = history.group_by("item", weekday=pl.col("ts").dt.weekday()).agg(n=pl.len())
    share, lift = share_and_lift("n", "weekday")
    return counts.select("item", "weekday", share=share, lift=lift)
