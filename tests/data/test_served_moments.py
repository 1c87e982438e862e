"""Which served lists can be asked as questions, worked by hand."""

import polars as pl
import pytest

from data.served_moments import is_asked, moments_of, verdict
from tests.oracle.frames import at

EVENTS = pl.DataFrame(
    {
        "session": [1, 1, 1, 1, 2],
        "user": [7, 7, 7, 7, None],
        "ts": [at(100), at(110), at(110), at(120), at(130)],
    }
).lazy()


def moments(*minutes, session=1):
    lists = pl.DataFrame({"session": [session] * len(minutes), "shown": [at(minute) for minute in minutes]})
    found = moments_of(lists.with_columns(pl.col("shown").dt.cast_time_unit("us")).lazy(), EVENTS, at(90))
    return found.sort("shown").select("cut_ts", "events", "later").collect().rows()


def test_what_was_visible_is_what_had_happened_by_then():
    """An event of the very moment is visible, as feedback takes what comes after it alone for an answer."""
    assert moments(95, 100, 110, 115, 120) == [
        (at(90), 0, 4),  # before its first event: the question would be of the fold's begin
        (at(100), 1, 3),
        (at(110), 3, 1),
        (at(110), 3, 1),  # between two events it is asked as of the last
        (at(120), 4, 0),
    ]


def test_a_session_without_an_event_here_is_not_there():
    assert moments(100, session=9) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "joined"),
        ({"shown": at(89)}, "outside"),
        ({"shown": at(200)}, "outside"),
        ({"session": None, "events": None, "later": None, "part": None}, "unknown"),
        ({"events": None, "later": None, "part": None}, "elsewhere"),
        ({"events": 1}, "unasked"),
        ({"events": 65_536}, "unasked"),
        ({"later": 0, "part": None}, "nothing_after"),
        ({"part": None}, "not_sampled"),
        ({"part": "tune"}, "held_out"),
        ({"part": "stop"}, "held_out"),
        ({"shown": at(89), "session": None, "events": None}, "outside"),
    ],
)
def test_verdicts(change, expected):
    row = {"shown": at(90), "session": 1, "events": 2, "later": 1, "part": "fit"} | change
    schema = {"shown": pl.Datetime("ms", "UTC"), "session": pl.UInt32, "events": pl.Int64, "later": pl.Int64}
    frame = pl.DataFrame([row], schema=schema | {"part": pl.Enum(("tune", "fit", "stop"))})
    assert frame.select(verdict(at(90), at(200), 2)).item() == expected
    asked = frame.select(is_asked(2).fill_null(False)).item()
    assert asked == (expected not in ("unasked", "nothing_after") and row["events"] is not None)
