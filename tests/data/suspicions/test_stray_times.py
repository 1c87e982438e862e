from datetime import timedelta

import polars as pl
import pytest

from data.suspicions.stray_times import suspect, told_of, usual_times
from tests.oracle.frames import START, at

DAY = 24 * 60
EVEN = [10 * step for step in range(4_000)]  # an event in ten minutes, 28 days long


def times(*minutes):
    return pl.DataFrame({"ts": [at(minute) for minute in minutes]}).lazy()


def said(*minutes):
    log = times(*minutes)
    return suspect(log, usual_times(log))


def test_an_even_log_has_none():
    usual = usual_times(times(*EVEN))
    assert (usual.start, usual.end) == (None, None)
    assert usual.events == pytest.approx(0.98 * 4_000, abs=3)
    assert said(*EVEN) == []


@pytest.mark.parametrize("far", [2 * DAY, 20 * DAY, 7 * 365 * DAY])
def test_events_far_ahead(far):
    (warned,) = said(*EVEN, EVEN[-1] + far, EVEN[-1] + far + 3)
    assert warned.counts["events"] == 2
    assert warned.said.startswith("2 of 4,002 events (0.05%) lie")
    assert f"`folds.end: {(at(EVEN[-1]) + timedelta(seconds=1)):%Y-%m-%dT%H:%M:%S}`" in warned.said


def test_events_at_both_ends():
    log = times(-40 * 365 * DAY, *EVEN, EVEN[-1] + 9 * DAY)
    usual = usual_times(log)
    assert (usual.start, usual.end) == (START, at(EVEN[-1] + 1))
    assert log.filter(usual.inside).collect().height == len(EVEN)
    assert [warned.counts["side"] for warned in suspect(log, usual)] == ["after", "before"]


def test_a_shop_that_pauses_as_long_within_has_none():
    pauses = [minute for minute in EVEN if not 10 * DAY <= minute < 14 * DAY]
    assert said(*pauses, EVEN[-1] + 5 * DAY) == []
    assert len(said(*pauses, EVEN[-1] + 9 * DAY)) == 1


def test_many_events_after_a_pause_are_a_second_season():
    assert said(*EVEN, *(minute + 60 * DAY for minute in EVEN[:400])) == []


def test_dates_without_a_time_of_day():
    dates = [DAY * (step // 20) for step in range(600)]
    assert said(*dates) == []
    assert len(said(*dates, 60 * DAY)) == 1


def test_a_log_of_hours_and_a_tiny_one():
    assert len(said(*range(120), 600)) == 1
    assert said(0, 5, 5_000_000) == []
    assert said(7) == []
    assert said(7, 7, 7) == []


def test_what_a_summary_tells():
    warned = said(*EVEN, EVEN[-1] + 20 * DAY)[0]
    assert told_of({"warnings": [{"check": "other", "said": "x"}, warned.plain()]}) == warned.said
    assert told_of({"warnings": []}) == ""
