import pytest

from features.groups.item_popularity import item_popularity
from tests.features.reading import read
from tests.oracle.frames import events

DAY = 24 * 60


def popularity(*rows):
    return {row["item"]: row for row in read(item_popularity, history=events(*rows))}


def test_by_hand():
    found = popularity(
        (0, 1, 0, "clicks"),
        (0, 2, 0, "clicks"),
        (0, 1, 1, "carts"),
        (1, 1, 9 * DAY, "clicks"),
        (1, 1, 9 * DAY, "orders"),
        (2, 3, 10 * DAY, "clicks"),
    )
    assert found[1] == pytest.approx(
        {
            "item": 1,
            "clicks_a_day": 0.2,
            "carts_a_day": 0.1,
            "orders_a_day": 0.1,
            "sessions_a_day": 0.2,
            "cart_rate": 1 / 3,
            "order_rate": 1 / 3,
            "order_per_cart": 1 / 2,
            "reorder_rate": 0,
            "visits_a_session": 2,
            "popularity_rank": 1 / 3,
            "carts_rank": 1 / 3,
            "orders_rank": 1 / 3,
        }
    )
    assert found[2]["popularity_rank"] == found[3]["popularity_rank"] == 1
    assert found[2]["reorder_rate"] is None


def test_who_orders_at_two_moments_reorders():
    found = popularity(
        (0, 1, 0, "orders", 7),
        (1, 1, 5, "orders", 7),  # user 7 again, in another session
        (2, 1, 6, "orders", 8),
        (2, 1, 6, "orders", 8),  # at the same moment: one order
        (3, 1, 1, "orders", None),
        (4, 1, 2, "orders", None),  # two unknown visitors, once each
        (4, 2, 3, "orders", None),
        (4, 2, 4, "orders", None),
    )
    assert found[1]["reorder_rate"] == pytest.approx(1 / 4)
    assert found[2]["reorder_rate"] == 1


def test_short_history_counts_as_its_own_length():
    assert popularity((0, 1, 0, "clicks"), (0, 2, 12 * 60, "clicks"))[1]["clicks_a_day"] == 2


def test_single_moment_counts_as_an_hour():
    assert popularity((0, 1, 0, "clicks"))[1]["clicks_a_day"] == pytest.approx(24)
