"""What earlier sessions of the same country, channel or other segment were worth."""

import polars as pl

from data.fixed import as_float, as_money, fixed, money
from features.expressions.running import SINCE, running_sums
from features.group import feature_group


@feature_group(scope="segment", as_of=True)
def segment_worth(closed: pl.LazyFrame) -> pl.LazyFrame:
    """Sessions, mean value, mean log(1 + value) and mean events of a segment's sessions, up to each one's end.

    Empty where the log names no segments.
    """
    sums = {
        "value": money(pl.col("value")),
        "log_value": fixed(pl.col("value").log1p()),
        "events": pl.col("events"),
        "buyers": pl.col("orders") > 0,
    }
    totals = running_sums(closed.filter(pl.col("segment").is_not_null()), ["segment"], sums)
    n = pl.col("n")
    return totals.select(
        "segment",
        "ts",
        SINCE,
        sessions=n,
        mean_value=as_money(pl.col("value")) / n,
        mean_log=as_float(pl.col("log_value")) / n,
        mean_events=pl.col("events") / n,
        purchase_share=pl.col("buyers") / n,
    )
