import polars as pl
import pytest

from data.fault import FAULT
from data.shapes.flags import FLAGGED, flagged
from data.shapes.marks import DROPPED, FILE_ROW

FLAGS = {"bought": "orders", "seen": "clicks", "put": "carts"}


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


@pytest.mark.parametrize("yes", ["true", " TRUE ", "1", "yes", "Y", "t", "2.5", "1.0", "-1"])
def test_texts_that_say_yes(yes):
    assert told(bought=[yes], seen=["0"], put=[""]) == [(0, "orders", None, None)]


@pytest.mark.parametrize("no", ["false", "False ", "0", "0.0", "no", "N", "f", "", "  ", "NaN", None])
def test_texts_that_say_no(no):
    assert told(bought=[no], seen=["yes"], put=[None]) == [(0, "clicks", None, None)]


@pytest.mark.parametrize(("number", "kind"), [(1, "orders"), (-1, "orders"), (0.5, "orders"), (float("nan"), None)])
def test_numbers(number, kind):
    assert told(bought=[number], seen=[0], put=[0])[0][1] == kind


def test_what_is_neither_is_set_aside_with_its_text():
    assert told(bought=["maybe"], seen=["yes"], put=["no"]) == [(0, "maybe", None, "`bought` is neither yes nor no")]


def test_a_time_is_neither():
    assert told(bought=pl.Series([0]).cast(pl.Date), seen=[1], put=[0])[0][3] == "`bought` is neither yes nor no"


def test_two_columns_of_one_type():
    rows = pl.DataFrame({"a": [1, 0], "b": [1, 1]})
    assert flagged(rows, {"a": "clicks", "b": "clicks"})[FLAGGED].to_list() == ["clicks", "clicks"]


def test_a_refund_comes_after_the_order_of_its_row():
    rows = pl.DataFrame({"back": [1, 1, 0], "bought": [1, 0, 1]})
    found = flagged(rows, {"back": "refund", "bought": "orders"})
    assert found.select(FILE_ROW, FLAGGED).rows() == [(0, "orders"), (0, "refund"), (1, "refund"), (2, "orders")]


def test_what_was_dropped_or_unreadable_before_stays_so():
    rows = pl.DataFrame({"a": [1, None], DROPPED: ["no entry in `items`", None], FAULT: [None, "line 3 is cut"]})
    found = flagged(rows, {"a": "clicks"})
    assert found.select(DROPPED, FAULT).rows() == [("no entry in `items`", None), (None, "line 3 is cut")]
