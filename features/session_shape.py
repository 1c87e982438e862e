"""How the running session looks so far."""

import polars as pl

from features.group import feature_group


@feature_group(scope="query")
def session_shape(prefixes: pl.LazyFrame) -> pl.LazyFrame:
    """Length, pace, repeats, mix of types and time of day of what is visible, one row a query.

    Seconds for times, hours 0-23 and weekdays 1-7 in UTC; gaps are null after a single event.
    """
    gap = pl.col("ts").sort_by("position").diff().dt.total_milliseconds()
    seconds = (pl.col("ts").max() - pl.col("ts").min()).dt.total_milliseconds() / 1_000
    latest = pl.col("ts").sort_by("position").last()
    waiting = (
        pl.col("item")
        .filter(pl.col("type") == "carts")
        .is_in(pl.col("item").filter(pl.col("type") == "orders").implode())
    )
    return prefixes.group_by("query").agg(
        events=pl.len(),
        items=pl.col("item").n_unique(),
        distinct_share=pl.col("item").n_unique() / pl.len(),
        carts=(pl.col("type") == "carts").sum(),
        orders=(pl.col("type") == "orders").sum(),
        carts_waiting=(~waiting).sum(),
        seconds=seconds,
        last_gap=gap.last() / 1_000,
        mean_gap=gap.sum() / 1_000 / (pl.len() - 1).replace(0, None),
        hour=latest.dt.hour(),
        weekday=latest.dt.weekday(),
    )
