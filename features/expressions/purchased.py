"""What customers had bought when they are asked, with how long ago that was."""

import polars as pl

from data.fixed import as_money, money
from features.expressions.span import DAY_MS

WINDOWS = (7, 14, 30, 60, 90, 180, 365)
"""Days before the moment of the question that money and purchases are counted in."""


def aged(queries: pl.LazyFrame, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of users before their queries' start, with `query` and `age`, the days up to it; `ts` must be there.

    An event a whole window before the start lies within the window.
    """
    asked = queries.select("query", "user", "start_ts")
    age = (pl.col("start_ts") - pl.col("ts")).dt.total_milliseconds() / DAY_MS
    return asked.join(rows, on="user").filter(pl.col("ts") < pl.col("start_ts")).with_columns(age=age)


def kept(queries: pl.LazyFrame, purchases: pl.LazyFrame) -> pl.LazyFrame:
    """`aged` purchases of which something is left; of those that went back whole `customer_returns` tells."""
    return aged(queries, purchases.filter(pl.col("value") > 0))


def whole_money(amount: pl.Expr) -> pl.Expr:
    """The exact sum of amounts of a group, in whole steps (see `data.fixed.money`), as f64."""
    return as_money(money(amount).sum())
