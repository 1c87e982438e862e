"""Whether the running session goes back to what it has seen."""

import polars as pl

from features.group import feature_group
from features.kernels.session_returns import session_returns_rows


@feature_group(scope="query", kernel=session_returns_rows)
def session_returns(prefixes: pl.LazyFrame) -> pl.LazyFrame:
    """How often the session stays with an item, and how often it comes back after one other.

    `run` counts the events at the end that are of the same item; `same_share` is the share of the steps that stay,
    `back_share` that of the steps over one event that come back to where they began and left it in between; `went_back`
    is 1 if the last event is such a step. Null in sessions too short to tell.
    """
    item = pl.col("item")
    one, two = (item.shift(n).over("query", order_by="position") for n in (1, 2))
    steps = prefixes.with_columns(
        stays=item == one, back=pl.when(two.is_not_null()).then((item == two) & (item != one))
    ).with_columns(leaves=pl.when(~pl.col("stays")).then("position"))
    first = pl.col("leaves").max().fill_null(pl.col("position").min())
    return steps.group_by("query").agg(
        run=pl.col("position").max() - first + 1,
        same_share=pl.col("stays").mean(),
        back_share=pl.col("back").mean(),
        went_back=pl.col("back").sort_by("position").last(),
    )
