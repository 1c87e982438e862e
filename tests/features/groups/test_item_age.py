import pytest

from features.groups.item_age import item_age
from tests.features.reading import read
from tests.oracle.frames import events

DAY = 24 * 60


def test_by_hand():
    history = events(
        (0, 1, 0, "clicks"),
        (0, 1, DAY, "carts"),
        (1, 1, 3 * DAY, "clicks"),
        (1, 2, 4 * DAY, "orders"),
        (2, 3, 10 * DAY, "clicks"),
    )
    first, second, third = read(item_age, history=history)
    assert first == pytest.approx(
        {
            "item": 1,
            "age_days": 10,
            "quiet_days": 7,
            "clicked_days_ago": 7,
            "carted_days_ago": 9,
            "ordered_days_ago": None,
            "age_rank": 1 / 3,
        }
    )
    assert second == pytest.approx(
        {
            "item": 2,
            "age_days": 6,
            "quiet_days": 6,
            "clicked_days_ago": None,
            "carted_days_ago": None,
            "ordered_days_ago": 6,
            "age_rank": 2 / 3,
        }
    )
    assert third["age_days"] == third["quiet_days"] == third["clicked_days_ago"] == 0
