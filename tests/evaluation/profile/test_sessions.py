import pytest

from data.visits import with_visits
from evaluation.profile.sessions import durations, funnel, lengths, session_rows, transitions
from tests.evaluation.profile.logs import at, valued

SCALE = 2.0**14


@pytest.fixture
def sessions():
    return session_rows(valued(), SCALE).collect()


def test_sessions_one_by_one(sessions):
    names = ["session", "user", "start", "events", "items", "clicks", "carts", "orders", "value", "seconds"]
    assert sessions.select(names).rows() == [
        (0, 0, at(3, 10), 3, 1, 1, 1, 1, 20.0, 360.0),
        (1, 0, at(5, 10), 1, 1, 1, 0, 0, 0.0, 0.0),
        (2, 1, at(5, 12), 3, 2, 2, 0, 1, 5.0, 120.0),
        (3, None, at(7, 12), 2, 2, 2, 0, 0, 0.0, 3600.0),
    ]


def test_visits_are_sessions_of_whole_users():
    from datetime import timedelta

    visits = session_rows(with_visits(valued(), timedelta(minutes=30)), SCALE, ("session", "visit")).collect()
    assert visits.select("session", "visit", "events").rows() == [(0, 0, 3), (1, 0, 1), (2, 0, 3), (3, 0, 1), (3, 1, 1)]


def test_lengths_and_durations(sessions):
    assert lengths(sessions).select("label", "rows").rows() == [("1", 1), ("2", 1), ("3", 2)]
    assert durations(sessions).filter(durations(sessions)["rows"] > 0)["label"].to_list() == [
        "2-5 min", "5-10 min", "1-2 h",
    ]  # fmt: skip


def test_the_funnel(sessions):
    # all four click, one of them carts, two order, and of the one that carts one
    assert funnel(sessions).rows() == [
        ("all", 4, 1.0, None), ("clicks", 4, 1.0, 1.0), ("carts", 1, 0.25, 0.25), ("orders", 2, 0.5, 1.0),
    ]  # fmt: skip


def test_the_funnel_of_nobody(sessions):
    assert funnel(sessions.clear()).rows()[0] == ("all", 0, None, None)


def test_transitions():
    found = {(before, after): (times, share) for before, after, times, share in transitions(valued()).rows()}
    assert len(found) == 15
    assert found["start", "clicks"] == (4, 1.0)
    # six clicks: a cart, a click twice, an order once, and two ends
    assert found["clicks", "carts"] == (1, pytest.approx(1 / 6))
    assert found["clicks", "clicks"] == (2, pytest.approx(1 / 3))
    assert found["clicks", "orders"] == (1, pytest.approx(1 / 6))
    assert found["clicks", "end"] == (2, pytest.approx(1 / 3))
    assert found["carts", "orders"] == (1, 1.0)
    assert found["orders", "end"] == (2, 1.0)
    assert sum(times for times, _ in found.values()) == 9 + 4
    assert found["start", "carts"] == (0, 0.0)
