import math

import pytest

from features.groups.customer_spend import customer_spend
from features.join import join_group
from tests.features.reading import read
from tests.oracle.customers import customers, purchases

BOUGHT = purchases(
    {"user": 7, "ts": 0, "value": 30.0},
    {"user": 7, "ts": 340, "value": 0.0, "back": 99.0},  # of which nothing is left
    {"user": 7, "ts": 350, "value": 2.0, "back": 12.0},
    {"user": 7, "ts": 380, "value": 18.0},
    {"user": 7, "ts": 395, "value": 10.0},
    {"user": 8, "ts": 399, "value": 6.0},
)


def test_by_hand():
    often, once = read(customer_spend, queries=customers(400, 7, 8), purchases=BOUGHT)
    logs = [math.log1p(v) for v in (30, 2, 18, 10)]
    mean_log = sum(logs) / 4
    assert often.pop("query") == 0
    assert often == pytest.approx(
        {
            **{"spend_7": 10, "spend_14": 10, "spend_30": 28, "spend_60": 30, "spend_90": 30, "spend_180": 30},
            **{"spend_365": 30, "spend": 60},
            **{"purchases_7": 1, "purchases_14": 1, "purchases_30": 2, "purchases_60": 3, "purchases_90": 3},
            **{"purchases_180": 3, "purchases_365": 3},
            "mean": 15,
            "median": 14,
            "largest": 30,
            "least": 2,
            "first": 30,
            "last": 10,
            "before_last": 18,
            "last_mean": 10,
            "spread": math.sqrt((15**2 + 13**2 + 3**2 + 5**2) / 4) / 15,
            "mean_log": mean_log,
            "sd_log": math.sqrt(sum((x - mean_log) ** 2 for x in logs) / 4),
            "growth": sum(logs[1:]) / 3 - mean_log,
            "spend_a_day": 60 / 400,
        },
        abs=1e-5,
    )
    assert once["before_last"] is None
    assert (once["spread"], once["sd_log"], once["growth"]) == pytest.approx((0, 0, 0), abs=1e-6)
    assert once["spend_a_day"] == pytest.approx(6 / 30)  # known for a day, which counts as 30


def test_who_sent_all_back_has_brought_nothing():
    bought = purchases({"user": 7, "ts": 0, "value": 0.0, "back": 5.0}).lazy()
    queries = customers(9, 7).lazy()
    found = join_group(queries, customer_spend, {"queries": queries, "purchases": bought}, queries).collect()
    names = [f"customer_spend__{name}" for name in ("spend", "purchases_30", "mean")]
    assert found.select(names).row(0) == (0, 0, None)
