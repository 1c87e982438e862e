import pytest

from features.groups.customer_clock import customer_clock
from tests.features.reading import read
from tests.oracle.customers import customers, purchases


def test_by_hand():
    times = (0.25, 4.5, 5.75, 7.5)  # Monday at 6, Friday at 12, Saturday at 18, Monday at 12
    bought = purchases(*({"user": 7, "ts": days, "value": 1.0} for days in times))
    (found,) = read(customer_clock, queries=customers(20, 7), purchases=bought)
    assert found == pytest.approx({"query": 0, "hour": 12, "weekend_share": 0.25, "weekdays": 3})
