"""What a customer has sent back or cancelled."""

import polars as pl

from features.expressions.purchased import aged, whole_money
from features.expressions.span import DAY_MS
from features.group import feature_group

LATELY = 90
SOON_DAYS = 1.0
"""What goes back within a day of its order was cancelled rather than used."""


ZEROS = ("lines", "money", "money_90", "soon_money", "largest", "money_share", "purchases", "purchase_share")


@feature_group(scope="query", zeros=ZEROS)
def customer_returns(queries: pl.LazyFrame, purchases: pl.LazyFrame, returned: pl.LazyFrame) -> pl.LazyFrame:
    """Order lines that went back and their money, as counts and as shares of all that was ordered.

    `purchases` are those of which something went back; `money_90` went back in the last 90 days, `soon_money` within a
    day of its order; `largest` is the most that went back of a line at once. `days` is the mean time from order to
    return, `days_since` the time since the last return; null for who has sent nothing back.
    """
    days = (pl.col("ts") - pl.col("order_ts")).dt.total_milliseconds() / DAY_MS
    went_back = (
        aged(queries, returned)
        .with_columns(days=days)
        .group_by("query")
        .agg(
            lines=pl.len(),
            money=whole_money(pl.col("amount")),
            money_90=whole_money(pl.col("amount").filter(pl.col("age") <= LATELY)),
            largest=pl.col("amount").max(),
            purchases=pl.struct("session", "visit").n_unique(),
            soon_money=whole_money(pl.col("amount").filter(pl.col("days") <= SOON_DAYS)),
            days=whole_money(pl.col("days")) / pl.len(),
            days_since=pl.col("age").min(),
        )
    )
    bought = aged(queries, purchases).group_by("query").agg(n=pl.len(), gross=whole_money(pl.col("gross")))
    return (
        went_back.join(bought, on="query", validate="1:1")
        .with_columns(
            money_share=pl.col("money") / pl.col("gross").replace(0.0, None),
            purchase_share=pl.col("purchases") / pl.col("n"),
        )
        .drop("n", "gross")
    )
