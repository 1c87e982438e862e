from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data.schema import Timestamp
from data.sessions import Sessions, assign_sessions, out_of_order
from tests.oracle.sessions import gap_sessions

GAP = timedelta(minutes=30)
MINUTE = 60_000


def log(*rows, session=None):
    """Typed rows from (user, ms since 1970), in the order of the file."""
    users, times = zip(*rows, strict=True) if rows else ((), ())
    return pl.DataFrame(
        {
            "session": pl.Series(session or [None] * len(rows), dtype=pl.String),
            "user": pl.Series(users, dtype=None if rows else pl.String),
            "ts": pl.Series(times, dtype=pl.Int64).cast(Timestamp),
            "row": pl.int_range(len(rows), dtype=pl.UInt64, eager=True),
        }
    )


def sessions_of(events, by="gap", gap=GAP):
    found = assign_sessions(events.lazy(), by, gap).collect()
    assert found.columns == events.columns
    return found.sort("row")["session"].to_list()


def key(user, ms):
    return f"{user}@{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"


def test_the_gap_rule_by_hand():
    events = log(
        ("u", 0), ("v", 5 * MINUTE), ("u", 40 * MINUTE), ("u", 20 * MINUTE), ("u", 71 * MINUTE), ("u", 3 * MINUTE)
    )
    first, second = "u@1970-01-01T00:00:00.000Z", "u@1970-01-01T01:11:00.000Z"
    assert sessions_of(events) == [first, "v@1970-01-01T00:05:00.000Z", first, first, second, first]


def test_a_pause_of_just_the_gap_does_not_end_a_session():
    gap_ms = 30 * MINUTE
    assert sessions_of(log(("u", 0), ("u", gap_ms))) == [key("u", 0)] * 2
    assert sessions_of(log(("u", 0), ("u", gap_ms + 1))) == [key("u", 0), key("u", gap_ms + 1)]
    assert sessions_of(log(("u", 0), ("u", 1)), gap=timedelta(milliseconds=1)) == [key("u", 0)] * 2
    assert sessions_of(log(("u", 0), ("u", 2)), gap=timedelta(milliseconds=1)) == [key("u", 0), key("u", 2)]


def test_nothing_but_the_session_is_changed():
    events = log(("u", 9), ("v", 5), ("u", 9), ("u", 4))
    found = assign_sessions(events.lazy(), "gap", GAP).collect().sort("row")
    assert_frame_equal(found.drop("session"), events.drop("session"))


def test_integer_users():
    assert sessions_of(log((7, 0), (8, 0))) == [key(7, 0), key(8, 0)]


def test_the_user_rule():
    events = log(("u", 0), ("v", 10**9), ("u", 10**12))
    assert sessions_of(events, by="user") == ["u", "v", "u"]


def test_the_column_rule():
    events = log(("u", 0), (None, 1), session=["s", "t"])
    assert sessions_of(events, by="column") == ["s", "t"]


@pytest.mark.parametrize("by", ["gap", "user", "column"])
def test_none(by):
    assert sessions_of(log(), by=by) == []


minutes = st.integers(0, 200).map(lambda n: n * 10 * MINUTE)
rows = st.lists(st.tuples(st.sampled_from("uvw"), minutes | st.integers(0, 10**8)), min_size=1, max_size=10)


@settings(max_examples=80, deadline=None)
@given(rows=rows, gap=st.sampled_from([10, 20, 30, 240]))
def test_the_gap_rule_equals_plain_python(rows, gap):
    expected = [key(user, first) for user, first in gap_sessions(rows, gap * MINUTE)]
    assert sessions_of(log(*rows), gap=timedelta(minutes=gap)) == expected


@settings(max_examples=60, deadline=None)
@given(rows=rows, later=st.lists(st.tuples(st.sampled_from("uvwx"), st.integers(0, 10**8)), max_size=5))
def test_sessions_keep_their_keys_when_the_log_grows(rows, later):
    last = max(ms for _, ms in rows)
    grown = log(*rows, *((user, last + ms) for user, ms in later))
    assert sessions_of(grown)[: len(rows)] == sessions_of(log(*rows))


class TestOutOfOrder:
    def late(self, *rows):
        return out_of_order(log(*((None, ms) for _, ms in rows), session=[s for s, _ in rows]).lazy()).collect().item()

    def test_events_earlier_than_the_one_before_them(self):
        assert self.late(("s", 1), ("s", 3), ("s", 2), ("s", 2), ("s", 1)) == 2

    def test_only_within_a_session(self):
        assert self.late(("s", 5), ("t", 1), ("s", 6), ("t", 0)) == 1

    def test_in_the_order_of_the_file_however_rows_come(self):
        events = log((None, 1), (None, 3), (None, 2), session=["s"] * 3)
        assert out_of_order(events.sort("ts").lazy()).collect().item() == 1
        assert out_of_order(events.reverse().lazy()).collect().item() == 1

    def test_none(self):
        assert self.late(("s", 1)) == 0
        assert out_of_order(log().lazy()).collect().item() == 0


@pytest.mark.parametrize("gap", [timedelta(0), timedelta(seconds=-1)])
def test_a_gap_that_cannot_be(gap):
    with pytest.raises(ValueError, match="`gap` must be above 0, got"):
        Sessions(gap=gap)


def test_the_default_gap_is_half_an_hour():
    assert Sessions() == Sessions(by=None, gap=GAP)
