"""What a customer's purchases look like: lines, pieces, distinct items."""

import polars as pl

from features.expressions.purchased import aged, whole_money
from features.group import feature_group

COUNTS = ("lines", "items", "pieces")


@feature_group(scope="query")
def customer_baskets(queries: pl.LazyFrame, purchases: pl.LazyFrame) -> pl.LazyFrame:
    """Order lines, distinct items and pieces by the purchase: mean, most and last; and what pieces and lines cost.

    `piece_price` and `line_money` are of all purchases, whatever went back; `largest_share` is what the purchase of
    most money has in them.
    """
    rows = aged(queries, purchases).sort("query", "ts", "session", "visit")
    rows = rows.with_columns(pl.col(name).cast(pl.Float64) for name in COUNTS)
    found = rows.group_by("query").agg(
        **{f"{name}_mean": whole_money(pl.col(name)) / pl.len() for name in COUNTS},
        **{f"{name}_most": pl.col(name).max() for name in COUNTS},
        **{f"{name}_last": pl.col(name).last() for name in COUNTS},
        gross=whole_money(pl.col("gross")),
        pieces=whole_money(pl.col("pieces")),
        lines=whole_money(pl.col("lines")),
        largest=pl.col("gross").max(),
    )
    gross = pl.col("gross")
    return found.with_columns(
        piece_price=gross / pl.col("pieces").replace(0.0, None),
        line_money=gross / pl.col("lines"),
        largest_share=pl.col("largest") / gross.replace(0.0, None),
    ).drop("gross", "pieces", "lines", "largest")
