import math

import pytest

from features.groups.user_worth import user_worth
from tests.features.reading import read
from tests.oracle.frames import at
from tests.oracle.visits import amended, closed

DAY = 24 * 60


def test_by_hand():
    visits = closed(
        {"session": 1, "ts": 0, "user": 7, "clicks": 3, "carts": 1, "orders": 0, "events": 4, "value": 0.0},
        {"session": 2, "ts": 2 * DAY, "user": 7, "clicks": 1, "orders": 2, "events": 3, "pieces": 5.0, "value": 30.0},
        {"session": 3, "ts": 6 * DAY, "user": 7, "clicks": 0, "orders": 1, "events": 1, "pieces": 1.0, "value": 9.0},
        {"session": 4, "ts": 6 * DAY, "user": None, "value": 5.0},
    )
    first, _, last = read(user_worth, closed=visits)
    assert first["ts"] == at(0)
    assert (first["sessions"], first["purchases"], first["spend"]) == (1, 0, 0)
    assert first["gap_days"] is first["before_last"] is None
    logs = [0.0, math.log(31), math.log(10)]
    mean = sum(logs) / 3
    half = [0.5, 2**-0.5, 1.0]  # a half every two sessions
    assert last.pop("ts") == at(6 * DAY)
    assert last == pytest.approx(
        {
            "user": 7,
            "sessions": 3,
            "purchases": 2,
            "purchase_share": 2 / 3,
            "views": 4,
            "carts": 1,
            "buys": 3,
            "spend": 39,
            "mean_value": 13,
            "mean_log": mean,
            "sd_log": math.sqrt(sum(x * x for x in logs) / 3 - mean**2),
            "last_value": 9,
            "before_last": 30,
            "max_value": 30,
            "min_value": 0,
            "recent_value": 9,
            "fading_log": sum(h * x for h, x in zip(half, logs, strict=True)) / sum(half),
            "growth": 0,
            "mean_events": 8 / 3,
            "last_events": 1,
            "recent_events": 3,
            "max_events": 4,
            "value_per_event": 39 / 8,
            "pieces": 2,
            "gap_days": 3,
            "buy_to_view": 4 / 24,
            "cart_to_view": 2 / 24,
        },
        abs=1e-5,
    )


def test_growth_is_the_last_three_against_all():
    values = [math.e**n - 1 for n in (0, 1, 2, 6)]
    visits = closed(*({"session": n, "ts": n * DAY, "user": 7, "value": v} for n, v in enumerate(values)))
    assert read(user_worth, closed=visits)[-1]["growth"] == pytest.approx(3 - 9 / 4)


def test_visits_that_close_together_are_one_row():
    visits = closed({"session": 1, "ts": 5, "user": 7, "value": 4.0}, {"session": 2, "ts": 5, "user": 7, "value": 6.0})
    (row,) = read(user_worth, closed=visits)
    assert (row["sessions"], row["spend"], row["last_value"]) == (2, 10, 6)


def test_log_without_users_gives_nothing():
    assert read(user_worth, closed=closed({"session": 1, "ts": 5})) == []


def test_what_went_back_is_taken_off_from_when_it_is_known():
    visits = closed(
        {"session": 1, "ts": 0, "user": 7, "orders": 1, "pieces": 2.0, "value": 40.0},
        {"session": 2, "ts": 2 * DAY, "user": 7, "orders": 1, "pieces": 1.0, "value": 10.0},
        {"session": 3, "ts": 9 * DAY, "user": 7, "value": 0.0},
        {"session": 4, "ts": 1, "user": 8, "value": 5.0},
    )
    news = [(0, DAY, {"pieces": 1.0, "value": 20.0}), (0, 3 * DAY, {"orders": 0, "pieces": 0.0, "value": 0.0})]
    rows = [row for row in read(user_worth, closed=amended(visits, news)) if row["user"] == 7]
    names = (
        "ts",
        "since",
        "sessions",
        "purchases",
        "buys",
        "spend",
        "max_value",
        "last_value",
        "before_last",
        "pieces",
    )
    assert [tuple(row[name] for name in names) for row in rows] == [
        (at(0), at(0), 1, 1, 1, 40, 40, 40, None, 2),
        (at(DAY), at(0), 1, 1, 1, 20, 20, 20, None, 1),
        (at(2 * DAY), at(2 * DAY), 2, 2, 2, 30, 20, 10, 20, 1),
        (at(3 * DAY), at(2 * DAY), 2, 1, 1, 10, 10, 10, 0, 0.5),
        (at(9 * DAY), at(9 * DAY), 3, 1, 1, 10, 10, 0, 10, pytest.approx(1 / 3)),
    ]
