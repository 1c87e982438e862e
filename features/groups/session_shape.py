"""How the running session looks so far."""

import polars as pl

from data.schema import TYPES
from features.group import feature_group
from features.kernels.session_shape import GAPS, session_shape_rows


@feature_group(scope="query", kernel=session_shape_rows)
def session_shape(prefixes: pl.LazyFrame) -> pl.LazyFrame:
    """Length, pace, repeats, mix of types and waiting carts of what is visible, one row a query.

    Times in seconds, pace in events a minute; `gap_1` is the last of the gaps. Gaps and pace are null where the
    session has too few events, or all at one moment. `carts_waiting` counts the cart events whose item the session
    has not ordered, `cart_waits` is 1 where there is any.
    """
    gap = pl.col("ts").sort_by("position").diff().dt.total_milliseconds() / 1_000
    elapsed_ms = (pl.col("ts").max() - pl.col("ts").min()).dt.total_milliseconds()
    waiting = (
        pl.col("item")
        .filter(pl.col("type") == "carts")
        .is_in(pl.col("item").filter(pl.col("type") == "orders").implode())
    )
    counted = prefixes.group_by("query").agg(
        events=pl.len(),
        items=pl.col("item").n_unique(),
        repeats=pl.len() - pl.col("item").n_unique(),
        distinct_share=pl.col("item").n_unique() / pl.len(),
        clicks=(pl.col("type") == "clicks").sum(),
        carts=(pl.col("type") == "carts").sum(),
        orders=(pl.col("type") == "orders").sum(),
        carts_waiting=(~waiting).sum(),
        seconds=elapsed_ms / 1_000,
        pace=(pl.len() - 1) * 60_000 / elapsed_ms.replace(0, None),
        mean_gap=elapsed_ms / 1_000 / (pl.len() - 1).replace(0, None),
        **{f"gap_{i}": gap.get(-i, null_on_oob=True) for i in range(1, GAPS + 1)},
        last_type=pl.col("type").sort_by("position").last().to_physical(),
    )
    return counted.with_columns(
        *((pl.col(name) / pl.col("events")).alias(f"{name}_share") for name in TYPES),
        cart_waits=pl.col("carts_waiting") > 0,
    ).drop("clicks")
