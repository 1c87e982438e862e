import pytest

from features.groups.item_weekdays import item_weekdays
from tests.features.reading import read
from tests.oracle.frames import events

DAY = 24 * 60


def test_by_hand():
    history = events(
        (0, 1, 0, "clicks"),
        (1, 1, 7 * DAY, "clicks"),  # a Monday again
        (2, 1, 13 * DAY, "orders"),
        (3, 2, 1 * DAY, "clicks"),
    )
    rows = {(row["item"], row["weekday"]): row for row in read(item_weekdays, history=history)}
    assert set(rows) == {(1, 1), (1, 7), (2, 2)}
    assert rows[1, 1] == pytest.approx(
        {"item": 1, "weekday": 1, "share": 2 / 3, "lift": (2 + 10 * 2 / 4) / 13 / (2 / 4)}
    )
    assert rows[2, 2]["share"] == 1
    assert rows[2, 2]["lift"] == pytest.approx((1 + 10 / 4) / 11 / (1 / 4))
