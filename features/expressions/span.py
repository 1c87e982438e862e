"""How long a history is: counts are stated a day, since the histories of folds differ in length."""

import polars as pl

DAY_MS = 86_400_000
LEAST_DAYS = 1 / 24


def with_span(history: pl.LazyFrame) -> pl.LazyFrame:
    """Events with `days`, the history's length (an hour at least), and `age`, days before its last event."""
    first, end = pl.col("ts").min(), pl.col("ts").max()
    days = ((end - first).dt.total_milliseconds() / DAY_MS).clip(lower_bound=LEAST_DAYS)
    span = history.select(days=days, end=end)
    age = (pl.col("end") - pl.col("ts")).dt.total_milliseconds() / DAY_MS
    return history.join(span, how="cross").with_columns(age=age).drop("end")


def share_at_least(column: str) -> pl.Expr:
    """The share of rows whose value is at least as high: near 0 for the first, 1 for the last."""
    return pl.col(column).rank("max", descending=True) / pl.col(column).count()
