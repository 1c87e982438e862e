import pytest

from data.schema import Items
from features.groups.category_affinity import category_affinity
from tests.features.reading import read
from tests.oracle.frames import at, events, table

ITEMS = table(
    Items, (1, "a", 4, None, None, None), (2, "b", 4, None, None, None), (3, "c", 6, None, None, None),
    (5, "e", None, None, None, None),
)  # fmt: skip


def test_by_hand():
    history = events(
        (0, 1, 0, "clicks", 7),
        (0, 3, 3, "clicks", 7),
        (0, 5, 4, "clicks", 7),  # of no category, but an event of the user's
        (0, 2, 5, "carts", 7),
        (0, 1, 5, "orders", 7),
        (1, 3, 1, "carts", 8),
        (2, 3, 1, "carts", None),
    )
    rows = read(category_affinity, history=history.reverse(), items=ITEMS)
    assert list(rows[0]) == ["user", "category", "ts", "events", "carts", "orders", "share"]
    assert [tuple(row.values()) for row in rows] == [
        (7, 4, at(0), 1, 0, 0, 1),
        (7, 4, at(5), 3, 1, 1, pytest.approx(3 / 5)),
        (7, 6, at(3), 1, 0, 0, 1 / 2),
        (8, 6, at(1), 1, 1, 0, 1),
    ]


def test_log_without_users_or_categories_gives_nothing():
    assert read(category_affinity, history=events((0, 1, 0, "clicks")), items=ITEMS) == []
    assert read(category_affinity, history=events((0, 5, 0, "clicks", 7)), items=ITEMS) == []
