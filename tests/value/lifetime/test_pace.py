import pytest

from tests.oracle.customers import day, purchases
from value.lifetime.pace import paced


def test_a_young_shop_has_the_sun_s_clock():
    bought = purchases({"user": 7, "ts": 1.5, "value": 4.0}, {"user": 8, "ts": 9, "value": 2.0, "back": 1.0})
    assert paced(bought, day(10)).rows() == [(7, 4.0, 8.5), (8, 2.0, 1.0)]


def test_days_last_as_long_as_they_bring_money():
    rich = dict.fromkeys(range(200, 300), 3.0)
    bought = purchases(*({"user": 7, "ts": d, "value": rich.get(d, 1.0)} for d in range(400)))
    ages = dict(zip(range(400), paced(bought, day(400))["shop_age"].to_list(), strict=True))
    last_year = (265 + 300) / 365  # the mean of the last 365 days, of which one lasts 1
    assert ages[399] == pytest.approx(1 / last_year)
    assert ages[220] - ages[280] == pytest.approx(60 * 3 / last_year)
    assert ages[320] - ages[380] == pytest.approx(60 / last_year)


def test_of_the_moment_itself():
    bought = purchases({"user": 7, "ts": 1, "value": 4.0})
    assert paced(bought, day(1.25))["shop_age"].to_list() == [0.25]
