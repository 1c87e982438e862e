"""What a customer and the whole shop brought a year ago, in the stretch that now lies ahead."""

import polars as pl

from features.expressions.purchased import aged, whole_money
from features.expressions.running import log_ratio
from features.expressions.span import DAY_MS
from features.group import feature_group

YEAR = 364  # whole weeks, so that weekdays meet
STRETCHES = (30, 90, 180)


@feature_group(scope="query")
def customer_season(queries: pl.LazyFrame, purchases: pl.LazyFrame) -> pl.LazyFrame:
    """Money and purchases in the 30, 90 and 180 days that began a year (364 days) before the question.

    `share_N` is what that stretch held of the customer's last year, `lift_N` the log of it over the share that it held
    of the whole shop's. Null where the shop's first purchase is not a year ago, and shares of who brought nothing.
    """
    first = purchases.select(first=pl.col("ts").min())
    asked = queries.select("query", "start_ts").join(first, how="cross")
    mine = aged(queries, purchases).group_by("query").agg(_sums())
    age = (pl.col("start_ts") - pl.col("ts")).dt.total_milliseconds() / DAY_MS
    moments = queries.select("start_ts").unique().join(purchases.select("ts", "value"), how="cross")
    shop = moments.with_columns(age=age).filter(pl.col("age") > 0).group_by("start_ts").agg(_sums())
    joined = asked.join(mine, on="query", how="left", validate="1:1")
    joined = joined.join(shop, on="start_ts", how="left", validate="m:1", suffix="_shop")
    features = {}
    for days in STRETCHES:
        share, usual = (pl.col(f"ago_{days}{of}") / pl.col(f"year{of}").replace(0.0, None) for of in ("", "_shop"))
        features[f"spend_{days}"] = pl.col(f"ago_{days}").fill_null(0.0)
        features[f"purchases_{days}"] = pl.col(f"times_{days}").fill_null(0)
        features[f"share_{days}"] = share
        features[f"lift_{days}"] = log_ratio(share, usual)
    reached = pl.col("first") <= pl.col("start_ts") - pl.duration(days=YEAR)
    return joined.select("query", **{name: pl.when(reached).then(value) for name, value in features.items()})


def _sums() -> list[pl.Expr]:
    """Money of the last year and of its first days, and purchases in those."""
    value, age = pl.col("value"), pl.col("age")
    sums = [whole_money(value.filter(age <= YEAR)).alias("year")]
    for days in STRETCHES:
        then = age.is_between(YEAR - days, YEAR, closed="right")
        sums += [whole_money(value.filter(then)).alias(f"ago_{days}"), then.sum().alias(f"times_{days}")]
    return sums
