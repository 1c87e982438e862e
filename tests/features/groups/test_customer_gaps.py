import math

import pytest

from features.groups.customer_gaps import customer_gaps
from tests.features.reading import read
from tests.oracle.customers import customers, purchases


def test_by_hand():
    bought = purchases(
        *({"user": 7, "ts": days, "value": 1.0} for days in (0, 10, 10.25, 12, 30)),
        *({"user": 8, "ts": days, "value": 1.0} for days in (0, 7, 14, 21)),
        {"user": 9, "ts": 3, "value": 1.0},
    )
    often, clock = read(customer_gaps, queries=customers(45, 7, 8, 9), purchases=bought)  # gaps 10, 2, 18
    sd = math.sqrt((0 + 64 + 64) / 3)
    assert often == pytest.approx(
        {
            "query": 0,
            "mean": 10,
            "sd": sd,
            "median": 10,
            "longest": 18,
            "shortest": 2,
            "last": 18,
            "spread": sd / 10,
            "due": 1.5,
            "due_longest": 15 / 18,
            "late": 5 / sd,
            "quickens": 1.8,
        },
        rel=1e-6,
    )
    assert (clock["mean"], clock["spread"], clock["due"], clock["late"]) == pytest.approx((7, 0, 24 / 7, 17))
