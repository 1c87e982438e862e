"""Whether a customer brings more or less than before."""

import math

import polars as pl

from data.fixed import as_float, fixed
from features.expressions.purchased import kept, whole_money
from features.group import feature_group

HALF_LIVES = (15, 45, 135, 365)
STRETCHES = (30, 90, 180)


ZEROS = tuple(f"{what}_{days}" for what in ("spend", "purchases") for days in HALF_LIVES)


@feature_group(scope="query", zeros=ZEROS)
def customer_trend(queries: pl.LazyFrame, purchases: pl.LazyFrame) -> pl.LazyFrame:
    """Money and purchases that count half as much every 15, 45, 135 and 365 days, and shares of the latest stretches.

    `share_N` is what the last N days hold of all money, `lift_N` the same less what the N days before them hold:
    between -1 and 1.
    """
    value, age = pl.col("value"), pl.col("age")
    weights = {days: (-age * (math.log(2) / days)).exp() for days in HALF_LIVES}
    faded = {f"spend_{days}": whole_money(value * weight) for days, weight in weights.items()}
    faded |= {f"purchases_{days}": as_float(fixed(weight).sum()) for days, weight in weights.items()}
    parts = {f"last_{days}": whole_money(value.filter(age <= days)) for days in STRETCHES}
    parts |= {f"before_{days}": whole_money(value.filter(age > days, age <= 2 * days)) for days in STRETCHES}
    found = kept(queries, purchases).group_by("query").agg(spend=whole_money(value), **faded, **parts)
    spend = pl.col("spend").replace(0.0, None)
    shares = {f"share_{days}": pl.col(f"last_{days}") / spend for days in STRETCHES}
    lifts = {f"lift_{days}": (pl.col(f"last_{days}") - pl.col(f"before_{days}")) / spend for days in STRETCHES}
    return found.select("query", *faded, **shares, **lifts)
