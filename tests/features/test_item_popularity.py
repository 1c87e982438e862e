import pytest

from features.item_popularity import item_popularity
from tests.oracle.frames import events

DAY = 24 * 60
PREFIX = "item_popularity__"


def popularity(frame):
    rows = item_popularity({"history": frame.lazy()}).collect().sort("item")
    return {row["item"]: {name.removeprefix(PREFIX): value for name, value in row.items()} for row in rows.to_dicts()}


def test_by_hand():
    found = popularity(
        events(
            (0, 1, 0, "clicks"),
            (0, 2, 0, "clicks"),
            (0, 1, 1, "carts"),
            (1, 1, 9 * DAY, "clicks"),
            (1, 1, 9 * DAY, "orders"),
            (2, 3, 10 * DAY, "clicks"),
        )
    )
    assert found[1] == pytest.approx(
        {
            "item": 1,
            "clicks_a_day": 0.2,
            "carts_a_day": 0.1,
            "orders_a_day": 0.1,
            "sessions_a_day": 0.2,
            "recent_1": 2.0,  # exactly a day old counts
            "recent_7": 2 / 7,
            "trend_1": 2.0 / 0.4,
            "trend_7": 2 / 7 / 0.4,
            "cart_rate": 1 / 3,
            "order_rate": 1 / 3,
            "order_per_cart": 1 / 2,
            "visits_a_session": 2,
            "age_days": 10,
            "quiet_days": 1,
            "popularity_rank": 1 / 3,
        }
    )
    assert found[2]["recent_7"] == found[2]["trend_7"] == 0
    assert found[2]["quiet_days"] == 10
    assert found[3]["age_days"] == 0
    assert found[2]["popularity_rank"] == found[3]["popularity_rank"] == 1


def test_short_history_counts_as_its_own_length():
    found = popularity(events((0, 1, 0, "clicks"), (0, 2, 12 * 60, "clicks")))
    assert found[1]["clicks_a_day"] == found[1]["recent_1"] == found[1]["recent_7"] == 2
    assert found[1]["trend_1"] == found[1]["trend_7"] == 1


def test_single_moment_counts_as_an_hour():
    assert popularity(events((0, 1, 0, "clicks")))[1]["clicks_a_day"] == pytest.approx(24)
