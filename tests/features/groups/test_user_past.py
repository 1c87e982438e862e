from features.groups.user_past import user_past
from tests.oracle.frames import at, events


def test_by_hand():
    history = events(
        (0, 1, 0, "clicks", 7),
        (0, 2, 5, "carts", 7),
        (1, 1, 20, "orders", 7),
        (2, 3, 1, "carts", 8),
        (3, 3, 2, "carts", None),
    )
    rows = user_past({"history": history.lazy()}).collect()
    assert rows.columns == ["user", "ts", *(f"user_past__{n}" for n in ("sessions", "events", "carts", "orders"))]
    assert rows.sort("user", "ts").rows() == [
        (7, at(5), 1, 2, 1, 0),
        (7, at(20), 2, 3, 1, 1),
        (8, at(1), 1, 1, 1, 0),
    ]


def test_sessions_that_end_together_are_one_row():
    history = events((0, 1, 0, "clicks", 7), (0, 1, 9, "clicks", 7), (1, 2, 3, "carts", 7), (1, 2, 9, "orders", 7))
    assert user_past({"history": history.lazy()}).collect().rows() == [(7, at(9), 2, 4, 1, 1)]


def test_log_without_users_gives_nothing():
    assert user_past({"history": events((0, 1, 0, "clicks")).lazy()}).collect().is_empty()
