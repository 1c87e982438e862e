"""The traces that a candidate has left in the running session."""

import polars as pl

from features.group import feature_group


@feature_group(scope="pair")
def item_in_session(candidates: pl.LazyFrame, prefixes: pl.LazyFrame) -> pl.LazyFrame:
    """How often, when and by what type of event the session has touched the candidate.

    Counts are 0 and times and places null for candidates that it has not touched. `dwell` is the time to the
    event after the candidate's latest one, null if that is the session's last.
    """
    end = prefixes.group_by("query").agg(pl.col("position").max().alias("__last"), pl.col("ts").max().alias("__now"))
    dwell = (pl.col("ts").shift(-1).over("query", order_by="position") - pl.col("ts")).dt.total_milliseconds() / 1_000
    traces = (
        prefixes.with_columns(dwell=dwell)
        .join(end, on="query", validate="m:1")
        .with_columns(since=pl.col("__last") - pl.col("position"))
        .group_by("query", "item")
        .agg(
            times=pl.len(),
            clicks=(pl.col("type") == "clicks").sum(),
            carts=(pl.col("type") == "carts").sum(),
            orders=(pl.col("type") == "orders").sum(),
            since_last=pl.col("since").min(),
            since_first=pl.col("since").max(),
            share=pl.len() / (pl.col("__last").first() + 1),
            seconds_since=(pl.col("__now").first() - pl.col("ts").max()).dt.total_milliseconds() / 1_000,
            dwell=pl.col("dwell").sort_by("position").last(),
            last_type=pl.col("type").sort_by("position").last().to_physical(),
        )
    )
    counts = ("times", "clicks", "carts", "orders", "share")
    return (
        candidates.select("query", "item")
        .join(traces, on=["query", "item"], how="left", validate="1:1")
        .with_columns(pl.col(c).fill_null(0) for c in counts)
    )
