"""Where an item's popularity is heading."""

import polars as pl

from features.expressions.span import share_at_least, with_span
from features.group import feature_group

RECENT_DAYS = (1, 3, 7, 14)


@feature_group(scope="item")
def item_trend(history: pl.LazyFrame) -> pl.LazyFrame:
    """Events a day in the history's last 1, 3, 7 and 14 days, against the whole of it and each other.

    `weekday_uplift` compares the last day with the same day a week before, one event added to both; null where the
    history is shorter than that. `recent_<d>_rank` is the share of items with at least as many.
    """
    a_week_before = (pl.col("age") > 7) & (pl.col("age") <= 8)
    counts = (
        with_span(history)
        .group_by("item")
        .agg(
            pl.len().alias("all"),
            *((pl.col("age") <= d).sum().alias(f"last_{d}") for d in RECENT_DAYS),
            a_week_before.sum().alias("week_before"),
            pl.col("days").first(),
        )
        .with_columns(
            (pl.col(f"last_{d}") / pl.min_horizontal("days", pl.lit(d))).alias(f"recent_{d}") for d in RECENT_DAYS
        )
    )
    return counts.select(
        "item",
        *(f"recent_{d}" for d in RECENT_DAYS),
        *((pl.col(f"recent_{d}") * pl.col("days") / pl.col("all")).alias(f"trend_{d}") for d in RECENT_DAYS),
        trend_1_to_7=_ratio("recent_1", "recent_7"),
        trend_3_to_14=_ratio("recent_3", "recent_14"),
        weekday_uplift=pl.when(pl.col("days") >= 8).then((pl.col("last_1") + 1) / (pl.col("week_before") + 1)),
        recent_1_rank=share_at_least("last_1"),
        recent_7_rank=share_at_least("last_7"),
    )


def _ratio(one: str, other: str) -> pl.Expr:
    """One rate over another, null where that is 0."""
    return pl.col(one) / pl.col(other).replace(0.0, None)
