from datetime import timedelta

import polars as pl
import pytest

from evaluation.profile.periods import DAY_STEPS, events_over_time, hours_of_the_week, periods, step_of
from tests.evaluation.profile.logs import at, log, valued


@pytest.mark.parametrize(
    ("span", "step"),
    [
        (timedelta(0), "1m"),
        (timedelta(minutes=201), "10m"),
        (timedelta(days=8), "1h"),
        (timedelta(days=30), "6h"),
        (timedelta(days=200), "1d"),
        (timedelta(days=201), "1w"),
        (timedelta(days=36_500), "1y"),
        (timedelta(days=2_000_000), "1y"),
    ],
)
def test_periods_are_as_short_as_their_number_allows(span, step):
    assert step_of(at(3), at(3) + span) == step


def test_only_the_given_steps_are_taken():
    assert step_of(at(3), at(4), 60, DAY_STEPS) == "1d"


def test_every_period_and_type_is_there():
    found = events_over_time(valued(), at(3, 10), at(7, 13), "1d")
    assert found.height == 5 * 3
    assert found.filter(pl.col("events") > 0).rows() == [
        (at(3), "clicks", 1), (at(3), "carts", 1), (at(3), "orders", 1),
        (at(5), "clicks", 3), (at(5), "orders", 1), (at(7), "clicks", 2),
    ]  # fmt: skip
    assert found["events"].sum() == log().height


def test_a_log_of_one_moment_has_one_period():
    assert periods(at(3, 10), at(3, 10), "1d")["period"].to_list() == [at(3)]


def test_hours_of_the_week_count_from_monday():
    found = hours_of_the_week(valued())
    assert found.height == 168
    # the 3rd is a Monday, the 5th a Wednesday, the 7th a Friday
    assert found.filter(pl.col("events") > 0).rows() == [(1, 10, 3), (3, 10, 1), (3, 12, 3), (5, 12, 1), (5, 13, 1)]
