"""Purchases on the shop's own clock, as features read them."""

from datetime import datetime

import numpy as np
import polars as pl

from data.customer_schema import Paced
from value.lifetime.btyd.clock import ShopClock
from value.lifetime.btyd.summary import DAY


def paced(purchases: pl.DataFrame, origin: datetime) -> pl.DataFrame:
    """PACED of the purchases before an origin.

    Parameters
    ----------
    purchases
        PURCHASES as of the origin: the clock is told by what is left of them.
    origin
        The moment.
    """
    rows = purchases.select("user", "value", ts=pl.col("ts").dt.epoch("ms"))
    at = round(origin.timestamp() * 1000)
    clock = ShopClock.known_at(rows.select("ts", money="value"), at)
    then = clock.days(rows["ts"].to_numpy() / DAY)
    now = float(clock.days(np.array([at / DAY]))[0])
    ages = rows.select("user", "value").with_columns(shop_age=pl.Series(now - then).clip(lower_bound=0.0))
    return Paced.validate(ages, cast=True)
