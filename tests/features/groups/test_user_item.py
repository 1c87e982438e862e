from features.groups.user_item import user_item
from tests.features.reading import read
from tests.oracle.frames import at, events


def test_by_hand():
    history = events(
        (0, 1, 0, "clicks", 7),
        (0, 2, 5, "carts", 7),
        (0, 1, 5, "clicks", 7),
        (0, 1, 5, "carts", 7),
        (1, 1, 20, "orders", 7),
        (2, 1, 1, "carts", 8),
        (3, 1, 2, "carts", None),
    )
    rows = read(user_item, history=history.reverse())
    assert [tuple(row.values()) for row in rows] == [
        (7, 1, at(0), 1, 0, 0),
        (7, 1, at(5), 2, 1, 0),
        (7, 1, at(20), 2, 1, 1),
        (7, 2, at(5), 0, 1, 0),
        (8, 1, at(1), 0, 1, 0),
    ]
    assert list(rows[0]) == ["user", "item", "ts", "clicks", "carts", "orders"]


def test_log_without_users_gives_nothing():
    assert read(user_item, history=events((0, 1, 0, "clicks"))) == []
