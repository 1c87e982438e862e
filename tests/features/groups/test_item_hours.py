import pytest

from features.groups.item_hours import item_hours
from tests.features.reading import read
from tests.oracle.frames import events


def test_by_hand():
    # item 1: three events at 0h, one at 5h; item 2: two at 0h (another day), two at 6h
    history = events(
        *((i, 1, i, "clicks") for i in range(3)),
        (3, 1, 5 * 60, "clicks"),
        *((i, 2, 24 * 60 + i, "clicks") for i in (4, 5)),
        *((i, 2, 6 * 60 + i, "carts") for i in (6, 7)),
    )
    rows = {(row["item"], row["hour"]): row for row in read(item_hours, history=history)}
    assert set(rows) == {(1, 0), (1, 5), (2, 0), (2, 6)}
    # all items: 5 of 8 at 0h, 1 of 8 at 5h, 2 of 8 at 6h; 6 of 8 in the first quarter of the day
    assert rows[1, 0] == pytest.approx(
        {
            "item": 1,
            "hour": 0,
            "share": 3 / 4,
            "lift": (3 + 10 * 5 / 8) / 14 / (5 / 8),
            "daypart_share": 1,
            "daypart_lift": (4 + 10 * 6 / 8) / 14 / (6 / 8),
        }
    )
    assert rows[1, 5]["share"] == 1 / 4
    assert rows[1, 5]["daypart_share"] == 1
    assert rows[2, 6]["daypart_share"] == 1 / 2
    assert rows[2, 6]["lift"] == pytest.approx((2 + 10 * 2 / 8) / 14 / (2 / 8))
