import pytest

from features.groups.session_clock import session_clock
from tests.features.reading import read
from tests.oracle.frames import queries

DAY = 24 * 60


def clock(minute):
    """The features of a query asked at a minute from Monday 2024-01-01 00:00 UTC."""
    (row,) = read(session_clock, queries=queries((3, None, minute - 1, None)))
    return row


def test_by_hand():
    assert clock(5 * DAY + 18 * 60) == pytest.approx(
        {
            "query": 3,
            "hour": 18,
            "daypart": 3,
            "weekday": 6,
            "weekend": 1,
            "hour_sin": -1,
            "hour_cos": 0,
            "weekday_sin": -0.974928,  # sin(5 / 7 of a circle)
            "weekday_cos": -0.222521,
        },
        abs=1e-6,
    )


@pytest.mark.parametrize(
    ("minute", "hour", "daypart", "weekday", "weekend"),
    [
        (1, 0, 0, 1, 0),
        (5 * 60 + 59, 5, 0, 1, 0),
        (6 * 60, 6, 1, 1, 0),
        (5 * DAY - 1, 23, 3, 5, 0),
        (7 * DAY - 1, 23, 3, 7, 1),
    ],
)
def test_edges(minute, hour, daypart, weekday, weekend):
    found = clock(minute)
    assert [found[n] for n in ("hour", "daypart", "weekday", "weekend")] == [hour, daypart, weekday, weekend]


def test_midnight_is_near_the_minute_before_it():
    late, early = clock(DAY - 1), clock(DAY)
    assert abs(late["hour_sin"] - early["hour_sin"]) + abs(late["hour_cos"] - early["hour_cos"]) < 0.01
