import pytest

from features.groups.customer_place import customer_place
from tests.features.reading import read
from tests.oracle.customers import customers, purchases


def test_by_hand():
    bought = purchases(
        {"user": 7, "ts": 1, "value": 50.0},
        {"user": 8, "ts": 200, "value": 10.0},
        {"user": 8, "ts": 201, "value": 10.0},
        {"user": 9, "ts": 150, "value": 20.0},
        {"user": 5, "ts": 120, "value": 5.0},  # who is not asked counts too
    )
    one, two = read(customer_place, queries=customers(210, 7, 8), purchases=bought)
    # money of the last 90 days: 0, 20, 20 and 5
    assert one == pytest.approx(
        {"query": 0, "spend": 1, "spend_90": 0.25, "mean": 1, "purchases": 0.75, "last": 0.25, "known": 1}
    )
    assert two == pytest.approx(
        {"query": 1, "spend": 0.75, "spend_90": 1, "mean": 0.5, "purchases": 1, "last": 1, "known": 0.25}
    )
