"""The traces that a candidate has left in the running session."""

import polars as pl

from features.group import feature_group
from features.kernels.item_in_session import item_in_session_rows

COUNTS = ("times", "clicks", "carts", "orders", "share", "waits", "followed", "led", "stayed")


@feature_group(scope="pair", zeros=COUNTS, kernel=item_in_session_rows)
def item_in_session(prefixes: pl.LazyFrame) -> pl.LazyFrame:
    """How often, when and by what type of event the session has touched the candidate.

    Counts are 0, times and places null for candidates that it has not touched. Positions count from 0 at the
    start, `since_...` in events back from the last. `dwell` is the time to the event after the candidate's latest
    one, null if that is the session's last; `total_dwell` sums over its events. `waits`: carted, not ordered.
    `items_since` are the other items touched since its latest event; `followed` and `led` count how often it came
    right after, and right before, the item of the session's last event, `stayed` how often it came right after itself;
    `apart` is the number of events from its latest but one to its latest, null if there is one alone.
    """
    end = prefixes.group_by("query").agg(
        pl.col("position").max().alias("__last"),
        pl.col("ts").max().alias("__now"),
        pl.col("item").sort_by("position").last().alias("__current"),
    )
    before, after = (pl.col("item").shift(n).over("query", order_by="position") for n in (1, -1))
    dwell = (pl.col("ts").shift(-1).over("query", order_by="position") - pl.col("ts")).dt.total_milliseconds()
    since, latest = pl.col("__last") - pl.col("position"), pl.col("__now").first()
    carted, ordered = ((pl.col("type") == name).any() for name in ("carts", "orders"))
    return (
        prefixes.with_columns(dwell=dwell, __before=before, __after=after)
        .join(end, on="query", validate="m:1")
        .with_columns(since=since)
        .group_by("query", "item")
        .agg(
            times=pl.len(),
            clicks=(pl.col("type") == "clicks").sum(),
            carts=(pl.col("type") == "carts").sum(),
            orders=(pl.col("type") == "orders").sum(),
            share=pl.len() / (pl.col("__last").first() + 1),
            waits=carted & ~ordered,
            first_position=pl.col("position").min(),
            last_position=pl.col("position").max(),
            since_last=pl.col("since").min(),
            since_first=pl.col("since").max(),
            seconds_since=(latest - pl.col("ts").max()).dt.total_milliseconds() / 1_000,
            seconds_since_first=(latest - pl.col("ts").min()).dt.total_milliseconds() / 1_000,
            dwell=pl.col("dwell").sort_by("position").last() / 1_000,
            total_dwell=pl.col("dwell").sum() / 1_000,
            last_type=pl.col("type").sort_by("position").last().to_physical(),
            followed=(pl.col("__before") == pl.col("__current")).sum(),
            led=(pl.col("__after") == pl.col("__current")).sum(),
            stayed=(pl.col("__before") == pl.col("item")).sum(),
            apart=pl.col("position").sort().diff().last(),
        )
        .with_columns(items_since=pl.col("since_last").rank("dense").over("query") - 1)
    )
