"""Whether a customer brings more or less than before."""

import polars as pl

from data.fixed import as_float, fixed
from features.expressions.purchased import aged, whole_money
from features.group import feature_group

HALF_LIVES = (15, 45, 135, 365)
STRETCHES = (30, 90, 180)


@feature_group(scope="query")
def customer_trend(queries: pl.LazyFrame, purchases: pl.LazyFrame) -> pl.LazyFrame:
    """Money and purchases that count half as much every 15, 45, 135 and 365 days, and shares of the latest stretches.

    `share_N` is what the last N days hold of all money, `lift_N` the same less what the N days before them hold:
    between -1 and 1. Null for who has brought nothing.
    """
    value, age = pl.col("value"), pl.col("age")
    weights = {days: (-age * (0.6931471805599453 / days)).exp() for days in HALF_LIVES}
    faded = {f"spend_{days}": whole_money(value * weight) for days, weight in weights.items()}
    faded |= {f"purchases_{days}": as_float(fixed(weight).sum()) for days, weight in weights.items()}
    parts = {f"in_{near}_{far}": whole_money(value.filter(age > near, age <= far)) for near, far in _stretches()}
    spend = pl.col("spend").replace(0.0, None)
    shares = {f"share_{days}": pl.col(f"in_-1_{days}") / spend for days in STRETCHES}
    lifts = {f"lift_{days}": (pl.col(f"in_-1_{days}") - pl.col(f"in_{days}_{2 * days}")) / spend for days in STRETCHES}
    found = aged(queries, purchases).group_by("query").agg(spend=whole_money(value), **faded, **parts)
    return found.select("query", *faded, **shares, **lifts)


def _stretches() -> list[tuple[int, int]]:
    return [pair for days in STRETCHES for pair in ((-1, days), (days, 2 * days))]
