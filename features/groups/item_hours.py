"""Whether now is an item's time of day."""

import polars as pl

from features.expressions.time_share import HOURS_A_DAYPART, share_and_lift
from features.group import feature_group


@feature_group(scope="item_hour", clock=True)
def item_hours(history: pl.LazyFrame) -> pl.LazyFrame:
    """The share of an item's events at the hour and in the quarter of the day, and that against the catalogue's.

    Hours of the query's last event, UTC. Null for an hour at which the item was never touched.
    """
    counts = history.group_by("item", hour=pl.col("ts").dt.hour()).agg(n=pl.len())
    parts = counts.with_columns(daypart=pl.col("hour") // HOURS_A_DAYPART)
    share, lift = share_and_lift("n", "hour")
    part_share, part_lift = share_and_lift("n", "daypart")
    return parts.select("item", "hour", share=share, lift=lift, daypart_share=part_share, daypart_lift=part_lift)
