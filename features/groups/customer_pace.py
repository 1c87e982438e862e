"""What a customer has brought on the shop's own clock, whose days last as long as they bring money."""

import polars as pl

from data.fixed import as_float, fixed
from features.expressions.purchased import whole_money
from features.group import feature_group

FADES = (30, 90, 180)
WINDOWS = (30, 90, 180, 365)
ZEROS = tuple(
    f"{what}_{kind}" for what in ("spend", "purchases") for kind in (*(f"fading_{d}" for d in FADES), *WINDOWS)
)


@feature_group(scope="query", zeros=ZEROS)
def customer_pace(queries: pl.LazyFrame, paced: pl.LazyFrame) -> pl.LazyFrame:
    """Money and purchases that fade with the shop's clock, and in windows of it; its days since the last and the first.

    `fading_N` weighs a purchase exp(-age / N). On a clock that runs fast in December who bought then has not bought
    often, and who has not come in January has not left. It is the sun's clock where the log is not a year old.
    """
    value, age = pl.col("value"), pl.col("shop_age")
    weights = {days: (-age / days).exp() for days in FADES}
    sums = {f"spend_fading_{days}": whole_money(value * weight) for days, weight in weights.items()}
    sums |= {f"purchases_fading_{days}": as_float(fixed(weight).sum()) for days, weight in weights.items()}
    sums |= {f"spend_{days}": whole_money(value.filter(age <= days)) for days in WINDOWS}
    sums |= {f"purchases_{days}": (age <= days).sum() for days in WINDOWS}
    rows = queries.select("query", "user").join(paced.filter(value > 0), on="user")
    found = rows.group_by("query").agg(**sums, days_since=age.min(), days_known=age.max())
    return found.with_columns(quiet=pl.col("days_since") / pl.col("days_known").replace(0.0, None))
