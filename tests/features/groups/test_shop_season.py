import math

import pytest

from features.groups.shop_season import shop_season
from tests.features.reading import read
from tests.oracle.visits import amended, asked, closed

DAY = 24 * 60
NONE_BACK = ("log_30", "mean_30", "a_day_30", "log_90", "mean_90", "a_day_90", "year_ago_lift", "year_ago_rush")


def season(start, *visits):
    rows = closed(*({"session": n, "ts": ts, "value": value} for n, (ts, value) in enumerate(visits)))
    return read(shop_season, queries=asked((0, None, start, None)), closed=rows)[0]


def test_windows_by_hand():
    now = 10 * DAY
    found = season(now, (0, 50.0), (5 * DAY, 10.0), (6 * DAY, 30.0), (now, 99.0))
    assert found["mean_7"] == pytest.approx(20)
    assert found["log_7"] == pytest.approx((math.log(11) + math.log(31)) / 2)
    assert found["a_day_7"] == pytest.approx(2 / 7)
    assert [found[name] for name in NONE_BACK] == [None] * len(NONE_BACK)  # the log began ten days ago


def test_the_same_weekday():
    now = 21 * DAY  # a Monday, as day 0 and day 14 are
    found = season(now, (0, math.e - 1), (14 * DAY, math.e**3 - 1), (15 * DAY, 0.0))
    assert found["weekday_lift"] == pytest.approx(2 - 4 / 3)


def test_a_year_ago():
    now = 600 * DAY
    year = now - 364 * DAY
    visits = [(0, 1.0), (year - 60 * DAY, 20.0), (year - 5 * DAY, 40.0), (year + 3 * DAY, 80.0), (year + 30 * DAY, 7.0)]
    found = season(now, *visits)
    around, before = (40 + 80) / 2, (20 + 40) / 2
    assert found["year_ago_lift"] == pytest.approx(math.log(around / before))
    assert found["year_ago_rush"] == pytest.approx(math.log((2 / 28) / (2 / 90)))
    assert found["mean_90"] is None  # nothing closed lately, though the log reaches back
    assert found["a_day_90"] == 0


def net_season(start, visits, news):
    """Of visits (close, value) and of (visit, moment, what is left of it)."""
    rows = closed(*({"session": n, "ts": ts, "value": value} for n, (ts, value) in enumerate(visits)))
    told = amended(rows, [(n, ts, {"value": left}) for n, ts, left in news])
    return read(shop_season, queries=asked((0, None, start, None)), closed=told)[0]


def test_money_that_went_back_counts_where_its_visit_does():
    now, visits = 100 * DAY, [(0, 1.0), (80 * DAY, 60.0), (95 * DAY, 10.0), (96 * DAY, 30.0)]
    news = [(1, 97 * DAY, 20.0), (2, 96 * DAY, 4.0), (2, 99 * DAY, 2.0), (3, 100 * DAY, 0.0)]
    found = net_season(now, visits, news)
    assert found["mean_7"] == pytest.approx((2 + 30) / 2)  # the last is of the very moment
    assert found["mean_30"] == pytest.approx((20 + 2 + 30) / 3)
    assert found["log_30"] == pytest.approx((math.log(21) + math.log(3) + math.log(31)) / 3)
    assert found["a_day_7"] == pytest.approx(2 / 7)


def test_what_went_back_after_a_year():
    now = 600 * DAY
    year = now - 364 * DAY
    visits = [(0, 1.0), (year - 60 * DAY, 20.0), (year - 5 * DAY, 40.0), (year + 3 * DAY, 80.0)]
    found = net_season(now, visits, [(1, year, 10.0), (3, now - 1, 50.0)])
    assert found["year_ago_lift"] == pytest.approx(math.log(((40 + 50) / 2) / ((10 + 40) / 2)))
    assert found["mean_90"] is None


def test_the_same_weekday_is_that_of_the_visit():
    found = net_season(21 * DAY, [(0, 9.0), (14 * DAY, math.e**3 - 1), (15 * DAY, 0.0)], [(0, 9 * DAY, math.e - 1)])
    assert found["weekday_lift"] == pytest.approx(2 - 4 / 3)
