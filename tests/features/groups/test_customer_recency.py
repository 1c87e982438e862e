import pytest

from features.groups.customer_recency import customer_recency
from tests.features.reading import read
from tests.oracle.customers import customers, purchases


def test_by_hand():
    bought = purchases(
        {"user": 7, "ts": 10, "value": 5.0},
        {"user": 7, "ts": 30, "value": 5.0},
        {"user": 7, "ts": 30.5, "value": 5.0},  # the same day
        {"user": 8, "ts": 49, "value": 5.0},
        {"user": 7, "ts": 50, "value": 5.0},  # of the very moment
    )
    often, once = read(customer_recency, queries=customers(50, 7, 8), purchases=bought)
    assert often == pytest.approx(
        {
            "query": 0,
            "purchases": 3,
            "purchase_days": 2,
            "days_since": 19.5,
            "days_since_second": 20,
            "days_since_third": 40,
            "days_since_fifth": None,
            "days_known": 40,
            "span": 20.5,
            "quiet": 19.5 / 40,
            "once": 0,
        }
    )
    assert (once["purchases"], once["days_since"], once["days_since_second"], once["once"]) == (1, 1, None, 1)


def test_the_fifth_last():
    bought = purchases(*({"user": 7, "ts": days, "value": 1.0} for days in (1, 2, 3, 5, 8, 13)))
    (found,) = read(customer_recency, queries=customers(20, 7), purchases=bought)
    assert found["days_since_fifth"] == 18
