"""How much an item is looked at, carted and ordered, and where that is heading."""

import polars as pl

from features.group import feature_group

DAY_MS = 86_400_000
RECENT_DAYS = (1, 7)


@feature_group(scope="item")
def item_popularity(history: pl.LazyFrame) -> pl.LazyFrame:
    """Events a day by type, visitors, conversion, trend and age of every item of the history.

    Rates are per day of the history, since the histories of folds differ in length; `popularity_rank` is the
    share of items seen at least as often; the trend compares the last days' rate with the whole history's.
    """
    span = history.select(
        end=pl.col("ts").max(), days=(pl.col("ts").max() - pl.col("ts").min()).dt.total_milliseconds() / DAY_MS
    ).with_columns(days=pl.col("days").clip(lower_bound=1 / 24))
    age = (pl.col("end") - pl.col("ts")).dt.total_milliseconds() / DAY_MS
    counts = (
        history.join(span, how="cross")
        .with_columns(age=age)
        .group_by("item")
        .agg(
            pl.len().alias("all"),
            *((pl.col("type") == name).sum().alias(name) for name in ("clicks", "carts", "orders")),
            *((pl.col("age") <= d).sum().alias(f"last_{d}") for d in RECENT_DAYS),
            pl.col("session").n_unique().alias("sessions"),
            pl.col("age").max().alias("age_days"),
            pl.col("age").min().alias("quiet_days"),
            pl.col("days").first(),
        )
    )
    recent = [
        (pl.col(f"last_{d}") / pl.min_horizontal("days", pl.lit(d)) / (pl.col("all") / pl.col("days"))).alias(
            f"trend_{d}"
        )
        for d in RECENT_DAYS
    ]
    return counts.select(
        "item",
        *((pl.col(name) / pl.col("days")).alias(f"{name}_a_day") for name in ("clicks", "carts", "orders", "sessions")),
        *((pl.col(f"last_{d}") / pl.min_horizontal("days", pl.lit(d))).alias(f"recent_{d}") for d in RECENT_DAYS),
        *recent,
        cart_rate=pl.col("carts") / (pl.col("clicks") + 1),
        order_rate=pl.col("orders") / (pl.col("clicks") + 1),
        order_per_cart=pl.col("orders") / (pl.col("carts") + 1),
        visits_a_session=pl.col("all") / pl.col("sessions"),
        age_days="age_days",
        quiet_days="quiet_days",
        popularity_rank=pl.col("all").rank("max", descending=True) / pl.len(),
    )
