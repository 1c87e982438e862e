"""What a customer has brought: in all, lately, by the purchase and by the day."""

import polars as pl

from data.fixed import as_float, fixed
from features.expressions.purchased import WINDOWS, kept, whole_money
from features.group import feature_group

LATEST = 3
LEAST_DAYS = 30.0
"""Who is known for less counts as known so long, where money is stated by the day."""


ZEROS = ("spend", "spend_a_day", *(f"{what}_{days}" for what in ("spend", "purchases") for days in WINDOWS))


@feature_group(scope="query", zeros=ZEROS)
def customer_spend(queries: pl.LazyFrame, purchases: pl.LazyFrame) -> pl.LazyFrame:
    """Money less what is known to have gone back, and purchases with some left, in windows and ever.

    `spend_a_day` is by the days since the first purchase, 30 at least; `spread` the standard deviation of purchases'
    money over its mean; `last_mean` is of the last 3 purchases; `mean_log` and `sd_log` are of log(1 + money), `growth`
    the mean log of the last 3 less that of all.
    """
    rows = kept(queries, purchases).sort("query", "ts", "session", "visit").with_columns(log=pl.col("value").log1p())
    mean = whole_money(pl.col("value")).over("query") / pl.len().over("query")
    mean_log = as_float(fixed(pl.col("log")).sum()).over("query") / pl.len().over("query")
    off = pl.when(mean > 0).then(pl.col("value") / mean - 1)
    rows = rows.with_columns(mean=mean, mean_log=mean_log, off=off)
    value, n = pl.col("value"), pl.len()
    latest = pl.min_horizontal(n, pl.lit(LATEST))
    spend = {f"spend_{days}": whole_money(value.filter(pl.col("age") <= days)) for days in WINDOWS}
    counts = {f"purchases_{days}": (pl.col("age") <= days).sum() for days in WINDOWS}
    last_log = as_float(fixed(pl.col("log").tail(LATEST)).sum()) / latest
    return (
        rows.group_by("query")
        .agg(
            **spend,
            **counts,
            spend=whole_money(value),
            known=pl.col("age").max(),
            mean=pl.col("mean").first(),
            median=value.median(),
            largest=value.max(),
            least=value.min(),
            first=value.first(),
            last=value.last(),
            before_last=value.get(-2, null_on_oob=True),
            last_mean=whole_money(value.tail(LATEST)) / latest,
            spread=(as_float(fixed(pl.col("off") ** 2).sum()) / n).sqrt(),
            mean_log=pl.col("mean_log").first(),
            sd_log=(as_float(fixed((pl.col("log") - pl.col("mean_log")) ** 2).sum()) / n).sqrt(),
            growth=last_log - pl.col("mean_log").first(),
        )
        .with_columns(spend_a_day=pl.col("spend") / pl.col("known").clip(lower_bound=LEAST_DAYS))
        .drop("known")
    )
