import math

import pytest

from features.groups.customer_segment import customer_segment
from tests.features.reading import read
from tests.oracle.customers import DAY, customers, purchases
from tests.oracle.visits import closed


def visit(session, user, day, segment):
    return {"session": session, "user": user, "ts": day * DAY, "segment": segment}


def test_by_hand():
    bought = purchases(
        {"user": 7, "ts": 1, "value": 30.0},
        {"user": 8, "ts": 200, "value": 6.0},
        {"user": 8, "ts": 201, "value": 4.0},
        {"user": 9, "ts": 150, "value": 20.0},
    )
    visits = closed(
        visit(0, 7, 1, "at"),
        visit(1, 8, 100, "de"),
        visit(2, 8, 200, "at"),  # the latest counts
        visit(3, 9, 150, "de"),
        visit(4, 9, 250, "at"),  # not yet
        visit(5, None, 10, "de"),
    )
    asked = customers(210, 7, segment="at")
    (found,) = read(customer_segment, queries=asked, purchases=bought, closed=visits)
    # two of three are of Austria; they brought 40 of 60, bought 3 of 4 times, and one of the two that came lately
    assert found == pytest.approx(
        {
            "query": 0,
            "share": 2 / 3,
            "spend_lift": math.log((40 + 20 * 20) / 22 / 20),
            "purchases_lift": math.log((3 + 20 * 4 / 3) / 22 / (4 / 3)),
            "lately_lift": math.log((1 + 20 * 2 / 3) / 22 / (2 / 3)),
        },
        abs=1e-6,
    )


def test_without_a_segment_there_is_nothing():
    bought = purchases({"user": 7, "ts": 1, "value": 30.0})
    assert read(customer_segment, queries=customers(9, 7), purchases=bought, closed=closed(visit(0, 7, 1, None))) == []
