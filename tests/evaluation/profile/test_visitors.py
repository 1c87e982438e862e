import pytest

from evaluation.profile.sessions import session_rows
from evaluation.profile.visitors import (
    days_between,
    new_and_returning,
    numbered_visits,
    returned_within,
    visitors_over_time,
    visits_a_visitor,
)
from tests.evaluation.profile.logs import at, valued

SCALE = 2.0**14


@pytest.fixture
def numbered():
    return numbered_visits(session_rows(valued(), SCALE).collect())


def test_visits_are_numbered_and_the_unknown_left_out(numbered):
    days = 2 - 6 / (24 * 60)  # from 10:06 on the 3rd to 10:00 on the 5th
    assert numbered.select("user", "session", "number", "days").rows() == [
        (0, 0, 1, None), (0, 1, 2, pytest.approx(days)), (1, 2, 1, None),
    ]  # fmt: skip


def test_how_often_and_when_they_come(numbered):
    assert visits_a_visitor(numbered).select("label", "rows").rows() == [("1", 1), ("2", 1)]
    assert days_between(numbered).select("label", "rows").rows() == [("1-2 d", 1)]


def test_only_those_are_asked_who_could_have_come_back(numbered):
    # a day before the end, on the 6th, both first visits were over; a week before neither
    assert returned_within(numbered, at(7, 13)).rows() == [(1, 2, 0, 0.0)]
    assert returned_within(numbered, at(13, 12)).rows() == [(1, 2, 0, 0.0), (7, 2, 1, 0.5)][:2]


def test_new_beside_returning(numbered):
    assert new_and_returning(numbered, SCALE).rows() == [
        ("new", 2, 3.0, 0.5, 1.0, 25.0, 12.5),
        ("returning", 1, 1.0, 0.0, 0.0, 0.0, 0.0),
    ]


def test_visitors_over_time(numbered):
    assert visitors_over_time(numbered, "1d").rows() == [(at(3), "new", 1), (at(5), "new", 1), (at(5), "returning", 1)]


def test_nobody_is_known(numbered):
    nobody = numbered.clear()
    assert visits_a_visitor(nobody).is_empty()
    assert returned_within(nobody, at(7)).is_empty()
    assert new_and_returning(nobody, SCALE).is_empty()
