import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.boundaries import Boundaries, Folds, resolve
from data.errors import AisleError

DAY, MS = timedelta(days=1), timedelta(milliseconds=1)
FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 31, tzinfo=UTC)
SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


def day(number, zone=UTC):
    return datetime(2020, 1, number, tzinfo=zone)


class TestResolve:
    def test_windows_end_just_after_the_last_event(self):
        found = resolve(Folds(valid=2 * DAY, test=3 * DAY), FIRST, LAST, test_file=False)
        assert found == Boundaries(day(26) + MS, day(28) + MS, LAST + MS)

    def test_a_test_file_comes_after_the_whole_log(self):
        found = resolve(Folds(valid=2 * DAY, test=300 * DAY), FIRST, LAST, test_file=True)
        assert found == Boundaries(day(29) + MS, LAST + MS, LAST + MS)

    def test_absolute_boundaries_replace_lengths(self):
        folds = Folds(end=day(20), test_start=day(15), valid_start=day(3), valid=99 * DAY, test=99 * DAY)
        assert resolve(folds, FIRST, LAST, test_file=False) == Boundaries(day(3), day(15), day(20))
        folds = Folds(end=day(20), valid=DAY, test=DAY)
        assert resolve(folds, FIRST, LAST, test_file=False) == Boundaries(day(18), day(19), day(20))
        folds = Folds(test_start=day(15), valid=DAY)
        assert resolve(folds, FIRST, LAST, test_file=False) == Boundaries(day(14), day(15), LAST + MS)

    def test_absolute_boundaries_are_utc_unless_they_say_otherwise(self):
        folds = Folds(valid_start=day(3, zone=None), test_start=day(15, zone=timezone(timedelta(hours=2))))
        found = resolve(folds, FIRST, LAST, test_file=False)
        assert found == Boundaries(day(3), day(15) - timedelta(hours=2), LAST + MS)
        assert {b.tzinfo for b in (found.valid_start, found.test_start, found.end)} == {UTC}

    def test_one_event_of_history_is_enough_and_none_is_not(self):
        assert resolve(Folds(valid_start=FIRST + MS), FIRST, LAST, test_file=False).valid_start == FIRST + MS
        with pytest.raises(AisleError):
            resolve(Folds(valid_start=FIRST), FIRST, LAST, test_file=False)


class TestTooShort:
    def refusal(self, folds, first=FIRST, last=LAST, test_file=False):
        with pytest.raises(AisleError) as caught:
            resolve(folds, first, last, test_file)
        return str(caught.value)

    def test_the_message_by_hand(self):
        assert self.refusal(Folds(valid=21 * DAY, test=10 * DAY)) == (
            "the log spans 30d (2020-01-01 00:00:00 to 2020-01-31 00:00:00 UTC), which leaves no history before "
            "a valid fold from 2019-12-31 00:00:00 and a test fold from 2020-01-21 00:00:00 to 2020-01-31 00:00:00: "
            "set `folds.valid` and `folds.test` to 7d or less."
        )

    def test_only_lengths_that_count_are_named(self):
        assert self.refusal(Folds(valid=31 * DAY), test_file=True).endswith(": set `folds.valid` to 10d or less.")
        assert self.refusal(Folds(test_start=day(10), valid=9 * DAY)).endswith(": set `folds.valid` to 3d or less.")
        assert self.refusal(Folds(valid_start=day(25))).endswith(": set `folds.test` to 48h or less.")

    @pytest.mark.parametrize(
        "folds",
        [
            Folds(valid_start=day(20), test_start=day(10)),
            Folds(valid_start=day(10), test_start=day(10)),
            Folds(test_start=FIRST),
            Folds(test_start=day(20), end=day(10)),
            Folds(end=FIRST),
            Folds(valid_start=FIRST, test=31 * DAY),
        ],
        ids=str,
    )
    def test_boundaries_that_no_length_can_mend(self, folds):
        assert self.refusal(folds).endswith(
            ": the first event, `folds.valid_start`, `folds.test_start` and `folds.end` must follow in this order."
        )

    def test_a_log_of_one_moment(self):
        assert self.refusal(Folds(), FIRST, FIRST).endswith(": give a longer log.")

    moments = st.none() | st.integers(-10, 40).map(lambda n: FIRST + n * DAY)

    @settings(max_examples=100, deadline=None)
    @given(
        span=st.timedeltas(timedelta(0), 60 * DAY) | st.integers(0, 9_000).map(lambda n: n * MS),
        valid=st.timedeltas(MS, 60 * DAY),
        test=st.timedeltas(MS, 60 * DAY),
        end=moments,
        test_start=moments,
        valid_start=moments,
        test_file=st.booleans(),
    )
    @example(timedelta(seconds=1.5), DAY, DAY, None, None, None, False)
    @example(timedelta(milliseconds=4), DAY, DAY, None, None, None, False)
    def test_what_the_message_suggests_fits(self, span, valid, test, end, test_start, valid_start, test_file):
        given_ = {"end": end, "test_start": test_start, "valid_start": valid_start}
        last = FIRST + span
        try:
            found = resolve(Folds(valid=valid, test=test, **given_), FIRST, last, test_file)
        except AisleError as error:
            message = str(error)
        else:
            assert FIRST < found.valid_start < found.test_start <= found.end
            return
        suggested = re.search(r"set (.*) to ([\d.]+)([dhms]) or less\.$", message)
        if suggested is None:
            absolute = any(given_.values())
            assert message.endswith("must follow in this order." if absolute else "give a longer log.")
            assert absolute or span < 5 * MS
            return
        length = timedelta(seconds=float(suggested[2]) * SECONDS[suggested[3]])
        lengths = {"valid": valid, "test": test} | dict.fromkeys(re.findall(r"`folds\.(\w+)`", suggested[1]), length)
        for shorter in (lengths, {name: value / 2 for name, value in lengths.items()}):
            if min(shorter.values()) >= MS:
                found = resolve(Folds(**shorter, **given_), FIRST, last, test_file)
                assert FIRST < found.valid_start < found.test_start <= found.end


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("valid", timedelta(0), "must be above 0"),
        ("test", -DAY, "must be above 0"),
        ("first_n", 0, "must be at least 1"),
        ("min_prefix", 0, "must be at least 1"),
        ("share", 0.0, "must lie between 0 and 1"),
        ("share", 1.0, "must lie between 0 and 1"),
        ("tune", 0.0, "must lie between 0 and 1"),
        ("stop", 0.0, "must lie between 0 and 1"),
        ("tune", 0.85, "must lie between 0 and 1"),
    ],
)
def test_settings_that_cannot_be(field, value, rule):
    with pytest.raises(ValueError, match=rf"`folds\.{field}`.* {rule}, got"):
        Folds(**{field: value})
