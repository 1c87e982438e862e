import pytest

from features.groups.item_returns import item_returns
from tests.features.reading import read
from tests.oracle.frames import events


def test_by_hand():
    sessions = {0: [1, 1, 2, 1], 1: [2, 3], 2: [1]}
    rows = [
        (session, item, minute, "clicks") for session, items in sessions.items() for minute, item in enumerate(items)
    ]
    found = {row["item"]: row for row in read(item_returns, history=events(*rows).reverse())}
    # 1: followed by 1; by 2 and then 1; by nothing; by nothing
    assert found[1] == pytest.approx(
        {"item": 1, "same_share": 1 / 5, "back_share": 1 / 5, "again_share": 2 / 5, "last_share": 2 / 4}
    )
    assert found[2] == {"item": 2, "same_share": 0, "back_share": 0, "again_share": 0, "last_share": 0}
    assert found[3]["last_share"] == 1
