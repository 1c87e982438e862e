from pathlib import Path

import polars as pl
import pytest

from data.fault import FAULT
from data.formats import Columns, LogFormat
from data.readers import BY_NAME
from data.silent import (
    named_of,
    short_warning,
    silent_queries,
    silent_warning,
    unvalued_warning,
    without_events,
)
from tests.oracle.frames import at

FORMAT = LogFormat(columns=Columns(session="visit"))


def named(batch, owner="session", reader="generic"):
    found = named_of(pl.DataFrame(batch), owner, Path("test.csv"), 1, BY_NAME[reader], FORMAT)
    return sorted(found.to_list())


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["a", " a ", "b", None, ""], ["a", "b"]),
        (["a", "null", "Undefined"], ["a"]),  # words that mean there is none
        (["a", "visit", "session"], ["a"]),  # a header that stands among the lines
        ([3, 1, 3, None], [1, 3]),
        ([3.0, 1.0, None], [1, 3]),
    ],
)
def test_whom_rows_name(keys, expected):
    assert named({"session": keys, "item": [None] * len(keys)}) == expected


def test_a_row_that_could_not_be_read_names_nobody():
    assert named({"session": ["a", "b"], FAULT: ["a quote is never closed", None]}) == ["b"]
    assert named({"item": ["a"]}) == []


def test_who_has_no_event():
    heard = pl.Series(["b", "7"])
    assert without_events([pl.Series(["a", "b"]), pl.Series([7, 8])], heard).to_list() == ["8", "a"]
    assert without_events([pl.Series(["7.0", "9.0"])], heard).to_list() == ["9"]  # 7 is one key, however written
    assert without_events([pl.Series(["7.0"])], pl.Series(["b", "8.0"])).to_list() == ["7.0"]
    assert without_events([pl.Series(["5", "x"])], pl.Series([5, 6])).to_list() == []
    assert without_events([], heard).to_list() == []


def test_who_shows_nothing_is_asked_as_of_the_moment_at_which_the_history_ends():
    everyone = pl.LazyFrame(
        {"session": [4, 2, 3], "user": [1, None, 0]}, schema={"session": pl.UInt32, "user": pl.UInt32}
    )
    cuts = pl.LazyFrame({"session": [4]}, schema={"session": pl.UInt32})
    assert silent_queries(everyone, cuts, at(9)).collect().rows() == [
        (2, None, at(9), at(9), 0),
        (3, 0, at(9), at(9), 0),
    ]


def test_what_is_said():
    assert silent_warning(0, 9) == short_warning(0, 9, 2) == unvalued_warning("all", 9, 9) == []
    (silent,), (short,), (unvalued,) = silent_warning(2, 9), short_warning(3, 9, 2), unvalued_warning("all", 8, 9)
    assert silent.said.startswith("2 of 9 sessions of the test file show no event that counts")
    assert "have fewer than 2 events" in short.said
    assert unvalued.said.startswith("1 of 9 sessions of the test file get no value at the cut `all`")
    assert unvalued.plain()["sessions"] == 1
