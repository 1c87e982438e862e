from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from data.errors import AisleError
from data.fault import FAULT, VALUE
from data.formats import Flag
from data.shapes.flags import FLAGGED, flagged, times_of
from data.shapes.marks import DROPPED, FILE_ROW

FLAGS = {"bought": Flag("orders"), "seen": Flag("clicks"), "put": Flag("carts")}


def told(**columns):
    rows = flagged(pl.DataFrame({"id": range(len(next(iter(columns.values())))), **columns}), FLAGS)
    return rows.select(FILE_ROW, FLAGGED, DROPPED, FAULT).rows()


def test_a_row_is_an_event_for_each_yes_in_the_order_of_a_visit():
    assert told(bought=[True, False], seen=[True, False], put=[None, True]) == [
        (0, "clicks", None, None),
        (0, "orders", None, None),
        (1, "carts", None, None),
    ]


def test_a_row_without_one_is_dropped_by_rule():
    assert told(bought=[0], seen=[None], put=[0.0]) == [(0, None, "no flag is set", None)]


@pytest.mark.parametrize("yes", ["true", " TRUE ", "1", "yes", "Y", "t", "2.5", "1.0"])
def test_texts_that_say_yes(yes):
    assert told(bought=[yes], seen=["0"], put=[""]) == [(0, "orders", None, None)]


@pytest.mark.parametrize("no", ["false", "False ", "0", "0.0", "no", "N", "f", "", "  ", "NaN", None])
def test_texts_that_say_no(no):
    assert told(bought=[no], seen=["yes"], put=[None]) == [(0, "clicks", None, None)]


@pytest.mark.parametrize(("number", "kind"), [(1, "orders"), (0.5, "orders"), (float("nan"), None)])
def test_numbers(number, kind):
    assert told(bought=[number], seen=[0], put=[0])[0][1] == kind


def test_what_is_neither_is_set_aside_with_its_text():
    assert told(bought=["maybe"], seen=["yes"], put=["no"]) == [
        (0, "maybe", None, "`bought` is neither yes nor no" + VALUE + "maybe")
    ]


@pytest.mark.parametrize("none", [-1, -1.0, "-1", "-0.5"])
def test_a_number_below_zero_is_no_yes(none):
    assert told(bought=[none], seen=[1], put=[0])[0][3].startswith("`bought` is neither yes nor no")


def test_a_time_is_neither():
    assert told(bought=pl.Series([0]).cast(pl.Date), seen=[1], put=[0])[0][3].startswith(
        "`bought` is neither yes nor no"
    )


def test_two_columns_of_one_type():
    rows = pl.DataFrame({"a": [1, 0], "b": [1, 1]})
    assert flagged(rows, {"a": Flag("clicks"), "b": Flag("clicks")})[FLAGGED].to_list() == ["clicks", "clicks"]


def test_a_refund_comes_after_the_order_of_its_row():
    rows = pl.DataFrame({"back": [1, 1, 0], "bought": [1, 0, 1]})
    found = flagged(rows, {"back": Flag("refund"), "bought": Flag("orders")})
    assert found.select(FILE_ROW, FLAGGED).rows() == [(0, "orders"), (0, "refund"), (1, "refund"), (2, "orders")]


def test_what_was_dropped_or_unreadable_before_stays_so():
    rows = pl.DataFrame({"a": [1, None], DROPPED: ["no entry in `items`", None], FAULT: [None, "line 3 is cut"]})
    found = flagged(rows, {"a": Flag("clicks")})
    assert found.select(DROPPED, FAULT).rows() == [("no entry in `items`", None), (None, "line 3 is cut")]


TIMED = {"seen": Flag("clicks"), "bought": Flag("orders", ts="bought_at"), "put": Flag("carts", ts="put_at")}


class TestOwnTimes:
    def times(self, **columns):
        rows = flagged(pl.DataFrame(columns), TIMED)
        told = times_of(TIMED, "ts", rows.schema, Path("log.csv"))
        return rows.select(FILE_ROW, FLAGGED, told.alias("ts")).rows()

    def test_an_event_happens_at_its_flags_time_or_at_the_rows(self):
        assert self.times(seen=[1, 1], bought=[1, 0], put=[1, 0], ts=[10, 20], bought_at=[15, -1], put_at=[12, 0]) == [
            (0, "clicks", 10),
            (0, "carts", 12),
            (0, "orders", 15),
            (1, "clicks", 20),
        ]

    @pytest.mark.parametrize(
        ("none", "ts"), [(-1, 10), (None, 10), (-0.5, 10.0), ("-1", "10"), (" -1.5 ", "10"), (None, "10")]
    )
    def test_a_yes_without_its_time_has_none(self, none, ts):
        assert self.times(seen=[1], bought=[1], put=[0], ts=[ts], bought_at=[none], put_at=[None]) == [
            (0, "clicks", ts),
            (0, "orders", None),
        ]

    def test_dates_and_zeros_are_times(self):
        for time in ("2020-01-01", "0", "-0", "2020-01-01T00:00-01:00"):
            found = self.times(seen=[0], bought=[1], put=[0], ts=["1"], bought_at=[time], put_at=[None])
            assert found == [(0, "orders", time)]
        moment = datetime(2020, 1, 1)
        milli = pl.Series([moment], dtype=pl.Datetime("ms"))
        found = self.times(seen=[0], bought=[1], put=[0], ts=[moment], bought_at=milli, put_at=[None])
        assert found == [(0, "orders", moment)]

    def test_times_of_two_kinds(self):
        with pytest.raises(AisleError, match=r"log.csv: `bought_at` holds String and `ts` Int64: a log's times are"):
            self.times(seen=[0], bought=[1], put=[0], ts=[1], bought_at=["2020-01-01"], put_at=[None])

    def test_flags_of_one_type_with_times_of_their_own_are_two_events(self):
        flags = {"a": Flag("orders", ts="a_at"), "b": Flag("orders", ts="b_at"), "c": Flag("orders", ts="a_at")}
        rows = pl.DataFrame({"a": [1], "b": [1], "c": [1], "a_at": [5], "b_at": [6], "ts": [1]})
        rows = flagged(rows, flags)
        assert rows.select(times_of(flags, "ts", rows.schema, Path())).to_series().to_list() == [5, 6]
