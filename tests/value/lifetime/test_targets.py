import math
from datetime import timedelta

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.customers import day, ordered, returned
from value.lifetime.targets import Bringing

LINES = ordered(
    (7, 9.9, 0, 1, 1.0, 100.0),
    (7, 10, 1, 1, 1.0, 1.1),  # of the very moment
    (7, 39.9, 2, 1, 1.0, 2.2),
    (7, 40, 3, 1, 1.0, 4.0),  # as 30 days end
    (7, 99.9, 4, 1, 1.0, 8.0),
    (7, 100, 5, 1, 1.0, 16.0),
    (8, 50, 6, 1, 1.0, 32.0),
)


def brings(users, origin, until, lines=LINES, back=(), horizons=(30, 90), of="value"):
    found = Bringing(lines, returned(*back), horizons, of)(users, day(origin), day(until))
    return {name: [None if math.isnan(v) else v for v in values.tolist()] for name, values in found.items()}


def test_by_hand():
    assert brings([7, 8, 9], 10, 100) == {"d30": [3.3, 0, 0], "d90": [15.3, 32, 0]}


def test_a_horizon_that_is_not_over_is_not_known():
    assert brings([7], 10, 40) == {"d30": [3.3], "d90": [None]}
    assert brings([7], 10, 39.999) == {"d30": [None], "d90": [None]}


def test_what_goes_back_of_orders_in_the_horizon():
    back = [
        (7, 10, 1, 1, 60, 1.1),  # after 30 days, within 90: known to both horizons
        (7, 9.9, 0, 1, 20, 50.0),  # of an order before the origin
        (7, 99.9, 4, 1, 99.95, 3.0),
        (8, 50, 6, 1, 100, 32.0),  # as the longest horizon ends
    ]
    assert brings([7, 8], 10, 200, back=back) == {"d30": [2.2, 0], "d90": [11.2, 32]}
    assert brings([7, 8], 10, 50, back=back) == {"d30": [3.3, 0], "d90": [None, None]}  # it was not known by then
    assert brings([7, 8], 10, 200, back=back, of="gross") == {"d30": [3.3, 0], "d90": [15.3, 32]}


def test_many_cents_add_up_exactly():
    lines = ordered(*((7, 11 + n / 1000, n, 1, 1.0, 0.1) for n in range(3000)))
    assert brings([7], 10, 100, lines) == {"d30": [300.0], "d90": [300.0]}


days = st.integers(0, 60)
orders = st.lists(st.tuples(st.integers(0, 3), days, st.integers(0, 999), st.integers(0, 40)), max_size=30)


@given(orders, days, st.integers(40, 90))
def test_as_by_brute_force(bought, origin, until):
    lines = ordered(*((u, d, n, 1, 1.0, cents / 100) for n, (u, d, cents, _) in enumerate(bought)))
    back = [(u, d, n, 1, d + after, cents / 200) for n, (u, d, cents, after) in enumerate(bought) if after % 3]
    found = Bringing(lines.sample(fraction=1, shuffle=True, seed=1), returned(*back), (7, 21), "value")(
        [0, 1, 2, 3], day(origin), day(until)
    )
    known = min(origin + 21, until)
    for horizon in (7, 21):
        over = origin + horizon <= until
        expected = [
            sum(
                cents / 100 - (cents / 200 if after % 3 and d + after < known else 0)
                for u, d, cents, after in bought
                if u == user and origin <= d < origin + horizon
            )
            for user in range(4)
        ]
        np.testing.assert_allclose(found[f"d{horizon}"], expected if over else [math.nan] * 4, atol=1e-4)


def test_a_growing_log_does_not_change_what_is_over():
    more = pl.concat([LINES, ordered((7, 300, 9, 1, 1.0, 9.0))])
    back = [(7, 10, 1, 1, 250, 1.1)]
    assert brings([7], 10, 100) == brings([7], 10, 400, more, back)


def test_horizons_may_be_hours_after_midnight():
    found = Bringing(LINES, returned(), (30,))([7], day(10) + timedelta(hours=1), day(100))
    assert found["d30"].tolist() == [6.2]
