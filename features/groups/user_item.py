"""What a returning visitor did with the very item before."""

import polars as pl

from data.schema import TYPES
from features.group import feature_group


@feature_group(scope="user_item", as_of=True)
def user_item(history: pl.LazyFrame) -> pl.LazyFrame:
    """A user's earlier clicks, carts and orders of the item, counted up to each moment.

    Empty where the log names no users.
    """
    moments = (
        history.filter(pl.col("user").is_not_null())
        .group_by("user", "item", "ts")
        .agg((pl.col("type") == name).sum().cast(pl.Int64).alias(name) for name in TYPES)
        .sort("user", "item", "ts")
    )
    running = [pl.col(name).cum_sum().over("user", "item") for name in TYPES]
    return moments.select("user", "item", "ts", *running)
