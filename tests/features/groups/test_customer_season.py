import math

import pytest

from features.groups.customer_season import customer_season
from tests.features.reading import read
from tests.oracle.customers import customers, purchases

ORIGIN = 400
BOUGHT = purchases(
    {"user": 9, "ts": 0, "value": 1000.0},  # before the year, the shop is older
    {"user": 7, "ts": ORIGIN - 364, "value": 6.0},  # as the stretch begins
    {"user": 7, "ts": ORIGIN - 364 + 30, "value": 10.0},  # as its first 30 days end
    {"user": 8, "ts": ORIGIN - 364 + 100, "value": 40.0},
    {"user": 7, "ts": ORIGIN - 10, "value": 24.0},
)


def test_by_hand():
    mine, other = read(customer_season, queries=customers(ORIGIN, 7, 8), purchases=BOUGHT)
    assert mine == pytest.approx(
        {
            "query": 0,
            **{"spend_30": 6, "purchases_30": 1, "share_30": 6 / 40, "lift_30": math.log(6 / 40 / (6 / 80))},
            **{"spend_90": 16, "purchases_90": 2, "share_90": 16 / 40, "lift_90": math.log(16 / 40 / (16 / 80))},
            **{"spend_180": 16, "purchases_180": 2, "share_180": 16 / 40, "lift_180": math.log(16 / 40 / (56 / 80))},
        },
        rel=1e-6,
    )
    assert (other["spend_90"], other["share_90"], other["lift_90"], other["share_180"]) == (0, 0, None, 1)


def test_a_young_shop_has_no_year_ago():
    young = purchases({"user": 7, "ts": ORIGIN - 363, "value": 6.0})
    (found,) = read(customer_season, queries=customers(ORIGIN, 7), purchases=young)
    assert set(found.values()) == {0, None}  # the query's number
