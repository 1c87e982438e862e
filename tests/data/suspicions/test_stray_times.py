from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.suspicions.stray_times import droppable, suspect, told_of, usual_times
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


class TestDroppable:
    """What is left out of a log's history may not depend on what comes after the first fold begins."""

    BEGINS = 14 * DAY

    def dropped(self, *minutes, begins=BEGINS):
        log = times(*minutes)
        usual = droppable(log, usual_times(log), lambda first, last: at(begins))
        return sorted(
            set(minutes) - {(ts - START) // timedelta(minutes=1) for ts in log.filter(usual.inside).collect()["ts"]}
        )

    def test_early_ones_are_judged_as_of_the_first_fold(self):
        """Two visits, three days before the shop opens: at the fold's begin plainly stray, after years no longer."""
        early = [-3 * DAY, -3 * DAY + 1]
        year = [10 * step for step in range(60_000)]
        assert usual_times(times(*early, *EVEN)).start == START
        assert usual_times(times(*early, *year)).start is None
        for log in (EVEN, year):
            assert self.dropped(*early, *log) == early

    def test_what_is_stray_by_what_follows_alone_stays(self):
        """Fifteen events of the first morning and a pause: much of what the fold knows, little of what it will be."""
        begin = [-2 * DAY + minute for minute in range(15)]
        assert usual_times(times(*begin, *EVEN)).start == START
        assert self.dropped(*begin, *EVEN, begins=DAY // 2) == []

    def test_nothing_before_the_fold_is_late(self):
        late = [EVEN[-1] + 20 * DAY + step for step in range(4)]
        assert self.dropped(*EVEN, *late) == late
        assert self.dropped(*EVEN, *late, begins=EVEN[-1] + 20 * DAY + 2) == late[2:]
        assert self.dropped(*EVEN, *late, begins=EVEN[-1] + 30 * DAY) == []

    def test_a_fold_before_all(self):
        assert self.dropped(*EVEN, begins=-DAY) == []

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(st.integers(-30 * DAY, 14 * DAY - 1), min_size=1, max_size=60),
        st.lists(st.integers(14 * DAY, 400 * DAY), max_size=60),
        st.lists(st.integers(14 * DAY, 400 * DAY), max_size=60),
    )
    def test_the_future_decides_nothing(self, past, one, other):
        history = [
            [minute for minute in self.dropped(*past, *future) if minute < self.BEGINS] for future in (one, other)
        ]
        assert history[0] == history[1]
