"""What happened to an item in the scored period, which only a transductive run may know."""

import polars as pl

from data.schema import TYPES
from features.expressions.span import share_at_least
from features.group import feature_group

PRIOR = 1


@feature_group(scope="item")
def item_scored_period(asked: pl.LazyFrame, history: pl.LazyFrame) -> pl.LazyFrame:
    """The item's part in what all scored sessions have done up to their cuts (transductive runs alone).

    Its shares of all those events by type, its sessions over all those events, conversion, how late in the period it
    was touched (mean and latest moment, 0 the period's start and 1 its end), its place by events, and `lift`: the
    logarithm of its share in the period over its share in the whole history, both with one event added. Null for what
    was not touched.
    """
    milliseconds = pl.col("ts").cast(pl.Int64)
    period = asked.select(start=milliseconds.min(), length=milliseconds.max() - milliseconds.min()).join(
        history.select(history_events=pl.len()), how="cross"
    )
    passed = pl.col("ts").cast(pl.Int64) - pl.col("start")
    now = (
        asked.join(period, how="cross")
        .group_by("item")
        .agg(
            pl.col("length", "history_events").first(),
            *((pl.col("type") == name).sum().alias(name) for name in TYPES),
            n=pl.len(),
            sessions=pl.col("query").n_unique(),
            moment=passed.sum() / pl.len(),
            latest=passed.max(),
        )
    )
    before = history.group_by("item").agg(past=pl.len())
    rows = now.join(before, on="item", how="left", validate="1:1")
    length, asked_events = pl.col("length").clip(lower_bound=1), pl.col("n").sum()
    share = (pl.col("n") + PRIOR) / (asked_events + PRIOR)
    past_share = (pl.col("past").fill_null(0) + PRIOR) / (pl.col("history_events") + PRIOR)
    return rows.select(
        "item",
        *((pl.col(name) / pl.col(name).sum().clip(lower_bound=1)).alias(f"{name}_share") for name in TYPES),
        sessions_share=pl.col("sessions") / asked_events,
        cart_rate=pl.col("carts") / (pl.col("clicks") + PRIOR),
        order_rate=pl.col("orders") / (pl.col("clicks") + PRIOR),
        moment=pl.col("moment") / length,
        latest=pl.col("latest") / length,
        events_place=share_at_least("n"),
        lift=(share / past_share).log(),
    )
