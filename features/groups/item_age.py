"""How long an item has been around, and how long nobody has touched it."""

import polars as pl

from data.schema import TYPES
from features.expressions.span import share_at_least, with_span
from features.group import feature_group

ACTS = dict(zip(TYPES, ("clicked", "carted", "ordered"), strict=True))


@feature_group(scope="item")
def item_age(history: pl.LazyFrame) -> pl.LazyFrame:
    """Days from an item's first event, its last, and its last of each type to the history's end.

    `age_rank` is the share of items that are at least as old. Null for a type that it has no event of.
    """
    ages = (
        with_span(history)
        .group_by("item")
        .agg(
            age_days=pl.col("age").max(),
            quiet_days=pl.col("age").min(),
            **{f"{act}_days_ago": pl.col("age").filter(pl.col("type") == t).min() for t, act in ACTS.items()},
        )
    )
    return ages.with_columns(age_rank=share_at_least("age_days"))
