from datetime import timedelta

import pytest

from data.suspicions.stray_times import usual_times
from data.suspicions.thin_fold import suspect
from tests.oracle.frames import at, events

DAY = 24 * 60
LOG = events(*((0, 0, 30 * step, "clicks") for step in range(48 * 28)), (1, 0, 37 * DAY, "clicks")).lazy()
USUAL = usual_times(LOG).plain()


@pytest.mark.parametrize(("first", "days", "thin"), [(21, 7, False), (30, 7, True), (30, 8, True), (25, 7, False)])
def test_a_fold_is_compared_with_the_logs_middle(first, days, thin):
    found = suspect("test", LOG, at(first * DAY), at(first * DAY) + timedelta(days=days), USUAL)
    assert bool(found) == thin


def test_what_is_said():
    (warned,) = suspect("test", LOG, at(30 * DAY), at(37 * DAY + 1), USUAL)
    assert warned.said.startswith(
        "the test fold, 7d from 2024-01-31 00:00:00 UTC, holds 1 events, where the log has 33"
    )
    assert warned.counts["fold"] == "test"


def test_a_made_up_clock_and_a_thin_log_say_nothing():
    assert suspect("test", LOG, at(30 * DAY), at(37 * DAY), None) == []
    assert suspect("test", LOG, at(30 * DAY), at(37 * DAY), USUAL | {"events": 40}) == []
