from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from data.errors import AisleError
from value.lifetime.btyd.btyd import BtydConfig, learn_at
from value.lifetime.btyd.clock import ShopClock
from value.lifetime.btyd.summary import DAY

FIRST = datetime(2023, 1, 1, tzinfo=UTC)
START = int(FIRST.timestamp() * 1000)


def log(by_day):
    """A sale a day at nine."""
    day = np.arange(len(by_day))
    return pl.DataFrame({"ts": START + day * DAY + 9 * 3_600_000, "money": np.asarray(by_day, np.float64)})


def after(days):
    return START + days * DAY


def test_speeds_worked_by_hand():
    """Two halves of a year (and a day) of 1 and 3 a day: a mean of the last 365 days of 2 + 1/365 turns them."""
    made = ShopClock.known_at(log([1.0] * 183 + [3.0] * 183), after(366), smooth_days=1)
    mean = (182 + 3 * 183) / 365
    assert made.speed[[0, 182, 183, 365]] == pytest.approx(np.array([1, 1, 3, 3]) / mean)
    assert made.days(np.array([0, 10, 183.5]) + made.first) == pytest.approx(np.array([0, 10, 183 + 1.5]) / mean)


def test_means_over_days():
    made = ShopClock.known_at(log([0.0, 6.0, 0.0, *[2.0] * 362]), after(365), smooth_days=3)
    mean = (6 + 2 * 362) / 365
    assert made.speed[[0, 1, 2, 3, 364]] == pytest.approx(np.array([3, 2, 8 / 3, 4 / 3, 2]) / mean)


def test_less_than_a_year_is_no_season():
    made = ShopClock.known_at(log(np.arange(1, 365)), after(364))
    assert (made.speed == 1).all()
    assert (made.days(np.array([5.0]) + made.first) == 5).all()


def test_later_sales_and_the_order_of_rows_change_nothing():
    whole = log(np.random.default_rng(2).gamma(1, 50, 500))
    made, again = (
        ShopClock.known_at(rows, after(400))
        for rows in (whole, whole.filter(pl.col("ts") < after(400)).sample(fraction=1, shuffle=True, seed=1))
    )
    assert (made.speed == again.speed).all()
    with pytest.raises(AisleError, match="`origin` must lie after a purchase"):
        ShopClock.known_at(whole, after(0))


def test_a_season_is_no_rate_of_customers():
    """Customers of one steady rate, in a shop where every rate triples for the year's last quarter.

    As of its end, sun days promise that quarter again; the shop's clock knows that the quarter to come is a slow one.
    """
    dice = np.random.default_rng(3)
    rate = np.where(np.arange(800) % 365 < 274, 1.0, 3.0)
    users, days = [], []
    for user, own in enumerate(dice.gamma(1.0, 0.02, 3000)):
        bought = np.flatnonzero(dice.random(800) < own * rate)
        users += [user] * len(bought)
        days += bought.tolist()
    rows = pl.DataFrame({"user": users, "ts": START + np.array(days) * DAY, "money": np.full(len(days), 10.0)})
    origin = after(730)
    true = rows.filter((pl.col("ts") >= origin) & (pl.col("ts") < after(800)))["money"].sum()
    clock = ShopClock.known_at(rows, origin)
    sun, customers = learn_at(rows, origin, BtydConfig())
    shop, same = learn_at(rows, origin, BtydConfig(), clock=clock)
    assert sun.answers(customers, 70)["mean"].sum() / true > 1.35
    quarter = 365 / (274 + 3 * 91)  # a day of these 70 by one of average money
    assert quarter * shop.answers(same, 70)["mean"].sum() / true == pytest.approx(1, abs=0.12)
