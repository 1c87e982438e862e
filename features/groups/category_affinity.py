"""What a returning visitor did with the item's category before."""

import polars as pl

from features.group import feature_group

COUNTS = ("events", "carts", "orders")


@feature_group(scope="user_category", as_of=True)
def category_affinity(history: pl.LazyFrame, items: pl.LazyFrame) -> pl.LazyFrame:
    """A user's earlier events, carts and orders in the category, counted up to each moment.

    `share` is the category's in the user's events up to the user's last event in it. Empty where the log names no
    users or no categories.
    """
    of_users = history.filter(pl.col("user").is_not_null()).select("user", "item", "ts", "type")
    all_events = (
        of_users.group_by("user", "ts")
        .agg(n=pl.len().cast(pl.Int64))
        .sort("user", "ts")
        .with_columns(all_events=pl.col("n").cum_sum().over("user"))
    )
    moments = (
        of_users.join(items.select("item", "category"), on="item", validate="m:1")
        .filter(pl.col("category").is_not_null())
        .group_by("user", "category", "ts")
        .agg(
            events=pl.len().cast(pl.Int64),
            carts=(pl.col("type") == "carts").sum().cast(pl.Int64),
            orders=(pl.col("type") == "orders").sum().cast(pl.Int64),
        )
        .sort("user", "category", "ts")
        .with_columns(pl.col(c).cum_sum().over("user", "category") for c in COUNTS)
        .join(all_events.select("user", "ts", "all_events"), on=["user", "ts"], how="left", validate="m:1")
    )
    return moments.select("user", "category", "ts", *COUNTS, share=pl.col("events") / pl.col("all_events"))
