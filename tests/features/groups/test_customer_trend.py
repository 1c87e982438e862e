import pytest

from features.groups.customer_trend import customer_trend
from tests.features.reading import read
from tests.oracle.customers import customers, purchases


def test_by_hand():
    bought = purchases(
        {"user": 7, "ts": 100 - 45, "value": 16.0},
        {"user": 7, "ts": 100 - 15, "value": 8.0},
        {"user": 8, "ts": 99, "value": 0.0},  # of which nothing is left
    )
    (found,) = read(customer_trend, queries=customers(100, 7, 8), purchases=bought)
    assert found["spend_15"] == pytest.approx(16 / 8 + 8 / 2, abs=1e-3)
    assert found["purchases_15"] == pytest.approx(1 / 8 + 1 / 2)
    assert found["spend_45"] == pytest.approx(16 / 2 + 8 * 2 ** (-1 / 3), abs=1e-3)
    assert found["purchases_365"] == pytest.approx(2 ** (-45 / 365) + 2 ** (-15 / 365))
    assert (found["share_30"], found["lift_30"]) == pytest.approx((1 / 3, -1 / 3))
    assert (found["share_90"], found["lift_90"], found["share_180"], found["lift_180"]) == (1, 1, 1, 1)
