from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.kernels.moments import hour_of, minute_of, weekday_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), (0, 0, 4)),
        (datetime(2024, 1, 1, 23, 59, 59, tzinfo=UTC), (23, 1439, 1)),
        (datetime(2024, 1, 7, 12, 30, tzinfo=UTC), (12, 750, 7)),
        (datetime(1969, 12, 31, 23, 59, tzinfo=UTC), (23, 1439, 3)),
    ],
)
def test_by_hand(moment, expected):
    ms = (moment - EPOCH) // timedelta(milliseconds=1)
    assert (hour_of(ms), minute_of(ms), weekday_of(ms)) == expected


@settings(max_examples=100, deadline=None)
@given(ms=st.integers(-(10**12), 10**13))
def test_is_the_calendars(ms):
    moment = EPOCH + timedelta(milliseconds=ms)
    expected = (moment.hour, moment.hour * 60 + moment.minute, moment.isoweekday())
    assert (hour_of(ms), minute_of(ms), weekday_of(ms)) == expected
