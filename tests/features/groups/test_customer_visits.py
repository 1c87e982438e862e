import pytest

from features.groups.customer_visits import customer_visits
from tests.features.reading import read
from tests.oracle.customers import DAY, customers
from tests.oracle.visits import closed


def test_by_hand():
    visits = closed(
        {"session": 1, "user": 7, "ts": 10 * DAY, "clicks": 10, "carts": 2, "orders": 1},
        {"session": 2, "user": 7, "ts": 80 * DAY, "clicks": 5, "carts": 1},
        {"session": 3, "user": 7, "ts": 95 * DAY, "clicks": 3},
        {"session": 4, "user": 7, "ts": 100 * DAY, "clicks": 99},  # closes as the question is asked
        {"session": 5, "user": 8, "ts": 99 * DAY, "clicks": 0},
        {"session": 6, "user": None, "ts": 99 * DAY, "clicks": 9},
    )
    mine, other = read(customer_visits, queries=customers(100, 7, 8), closed=visits)
    assert mine == pytest.approx(
        {
            "query": 0,
            **{"visits_7": 1, "clicks_7": 3, "carts_7": 0},
            **{"visits_30": 2, "clicks_30": 8, "carts_30": 1},
            **{"visits_90": 3, "clicks_90": 18, "carts_90": 3},
            **{"visits": 3, "clicks": 18, "carts": 3},
            "days_since": 5,
            "bought_share": 1 / 3,
            "idle": 2,
            "cart_rate": 3 / 18,
            "order_rate": 1 / 18,
        }
    )
    assert (other["bought_share"], other["cart_rate"]) == (0, None)
