"""How regularly a customer buys, and whether the next purchase is due."""

import polars as pl

from features.expressions.purchased import kept
from features.expressions.span import DAY_MS
from features.group import feature_group


@feature_group(scope="query")
def customer_gaps(queries: pl.LazyFrame, purchases: pl.LazyFrame) -> pl.LazyFrame:
    """Days from one day with a purchase to the next, their spread, and the days since the last one against them.

    `spread` is the standard deviation over the mean, 0 for who buys like a clock; `due` counts the days since the last
    purchase in mean gaps, `due_longest` in longest ones; `late` is how many standard deviations (1 day at least) they
    lie above the mean gap; `quickens` the last gap over the mean one. Days are those of UTC, and how long ago a day is
    counts from its first purchase. Null with a single such day.
    """
    day = pl.col("ts").dt.epoch("ms") // DAY_MS
    days = (
        kept(queries, purchases)
        .group_by("query", day=day)
        .agg(pl.col("age").max())
        .sort("query", "day")
        .with_columns(gap=pl.col("day").diff().over("query"))
    )
    gap, n = pl.col("gap"), pl.col("gap").count()
    squares = (gap**2).sum() * n - gap.sum() ** 2
    found = (
        days.group_by("query")
        .agg(
            since=pl.col("age").min(),
            mean=gap.mean(),
            sd=squares.cast(pl.Float64).sqrt() / n,
            median=gap.median(),
            longest=gap.max(),
            shortest=gap.min(),
            last=gap.sort_by("day").last(),
        )
        .filter(pl.col("mean").is_not_null())
    )
    since, mean = pl.col("since"), pl.col("mean")
    return found.with_columns(
        spread=pl.col("sd") / mean,
        due=since / mean,
        due_longest=since / pl.col("longest"),
        late=(since - mean) / pl.col("sd").clip(lower_bound=1.0),
        quickens=pl.col("last") / mean,
    ).drop("since")
