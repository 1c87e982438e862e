import math

import pytest

from features.groups.shop_season import shop_season
from tests.features.reading import read
from tests.oracle.visits import asked, closed

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
