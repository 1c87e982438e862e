"""How customers of the same country, channel or other segment compare with all."""

import polars as pl

from features.expressions.purchased import whole_money
from features.expressions.running import log_ratio
from features.group import feature_group

PRIOR = 20.0
"""So many usual customers are added to a segment's own, so that rare ones stay near all."""


@feature_group(scope="query")
def customer_segment(queries: pl.LazyFrame, purchases: pl.LazyFrame, closed: pl.LazyFrame) -> pl.LazyFrame:
    """The share of all customers who are of the segment, and what they brought and how often they bought, against all.

    `spend_lift` and `purchases_lift` are logs of the segment's mean a customer over everybody's, `lately_lift` of its
    share of customers with a purchase in the last 90 days; 20 usual customers are added to the segment. A customer is
    of the segment that the latest visit named. Null without a segment.
    """
    now = queries.select(now=pl.col("start_ts").max())
    named = closed.filter(pl.col("user").is_not_null(), pl.col("segment").is_not_null()).join(now, how="cross")
    latest = pl.col("segment").sort_by("ts", "session", "visit").last()
    segments = named.filter(pl.col("ts") < pl.col("now")).group_by("user").agg(latest)
    lately = pl.col("ts") >= pl.col("now") - pl.duration(days=90)
    customers = (
        purchases.join(now, how="cross")
        .group_by("user")
        .agg(
            n=pl.lit(1.0),
            spend=whole_money(pl.col("value")),
            purchases=pl.len().cast(pl.Float64),
            lately=lately.any().cast(pl.Float64),
        )
        .join(segments, on="user", validate="1:1")
    )
    names = ("n", "spend", "purchases", "lately")
    of_segment = customers.group_by("segment").agg(whole_money(pl.col(name)).alias(name) for name in names)
    of_all = customers.select(whole_money(pl.col(name)).alias(f"all_{name}") for name in names)
    lifts = {f"{name}_lift": _lift(name) for name in names[1:]}
    told = of_segment.join(of_all, how="cross").select("segment", share=pl.col("n") / pl.col("all_n"), **lifts)
    asked = queries.select("query", "segment").filter(pl.col("segment").is_not_null())
    return asked.join(told, on="segment", validate="m:1").drop("segment")


def _lift(name: str) -> pl.Expr:
    usual = pl.col(f"all_{name}") / pl.col("all_n")
    return log_ratio((pl.col(name) + PRIOR * usual) / (pl.col("n") + PRIOR), usual)
