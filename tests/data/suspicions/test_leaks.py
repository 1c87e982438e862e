import polars as pl
import pytest

from data.suspicions.leaks import Asking, known_too_early
from tests.oracle.frames import events

KEYS = pl.DataFrame({"code": range(9), "key": [f"s{n}" for n in range(9)]}).cast({"code": pl.UInt32}).lazy()
DAY = 24 * 60


def told(log, test, by="column", whole=True, clock=True):
    """The counts of what is known too early, of events (session, item, minute)."""
    frames = [events(*((*row, "clicks") for row in rows)).lazy() for rows in (log, test)]
    return [warned.counts for warned in known_too_early(*frames, KEYS, Asking(by, whole, clock))]


BEFORE = [(0, 1, 10), (1, 1, 20), (1, 2, 30)]


@pytest.mark.parametrize("by", ["column", "gap"])
def test_a_test_file_after_the_log_passes(by):
    assert told(BEFORE, [(2, 1, 31), (3, 1, 40)], by) == []


def test_a_session_of_both():
    (counts,) = told(BEFORE, [(1, 3, 31), (2, 1, 40)])
    assert counts == {"shared_sessions": 1, "sessions": 2, "session": "s1"}


def test_a_log_that_goes_on_when_the_test_has_begun():
    (counts,) = told([*BEFORE, (1, 4, 50)], [(2, 1, 40)])
    assert counts["log_events_later"] == 1
    assert counts["log_ends"] == "2024-01-01 00:50:00"
    (counts,) = told([*BEFORE, (1, 4, 40)], [(2, 1, 40)])
    assert counts["log_events_later"] == 1


def test_a_test_file_older_than_the_log():
    (counts,) = told(BEFORE, [(2, 1, 3), (3, 1, 9)])
    assert counts == {"test_ends": "2024-01-01 00:09:00", "log_begins": "2024-01-01 00:10:00"}


def test_the_log_itself():
    assert len(told(BEFORE, BEFORE)) == 2
    assert len(told(BEFORE, BEFORE, by="user", whole=False)) == 2


def test_a_made_up_clock_is_not_compared():
    assert told(BEFORE, [(2, 1, 3)], clock=False) == []


class TestUsers:
    """Whole users whose visible events may stand in the log too."""

    def test_the_log_given_again_passes(self):
        assert told(BEFORE, BEFORE, by="user") == []
        assert told(BEFORE, [(0, 1, 10)], by="user") == []

    def test_events_later_than_a_users_last_visible_one(self):
        (counts,) = told([*BEFORE, (0, 7, 55)], [(0, 1, 10), (1, 2, 60)], by="user")
        assert counts == {"log_events_later": 1, "users": 1, "user": "s0"}

    def test_a_log_that_ends_more_than_a_day_after_all_that_is_visible(self):
        assert told([*BEFORE, (5, 1, DAY)], [(0, 1, 10)], by="user") == []
        (counts,) = told([*BEFORE, (5, 1, DAY + 11)], [(0, 1, 10)], by="user")
        assert counts["log_events_later"] == 3
        assert told([*BEFORE, (5, 1, DAY + 11)], [(0, 1, 10)], by="user", clock=False) == []
