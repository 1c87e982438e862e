from datetime import UTC, date, datetime

import polars as pl
import pytest

from report.page.blocks import Shown
from report.page.cells import Cell, tabled, title, written


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        (1234567, "count", "1,234,567"),
        (0.12345, "share", "12.3%"),
        (1234.5, "money", "1,234.50"),
        (0.0123, "seconds", "12 ms"),
        (12.34, "seconds", "12.3 s"),
        (200, "seconds", "3 min 20 s"),
        (7260, "seconds", "2 h 1 min"),
        (512, "bytes", "512 B"),
        (3 * 1024**2, "bytes", "3.0 MiB"),
        (5 * 1024**3, "bytes", "5.0 GiB"),
        (0.60825, "number", "0.6082"),
        (0.00001, "number", "<0.0001"),
        (-0.5, "number", "-0.5000"),
        (float("inf"), "number", "∞"),
        (float("nan"), "number", "-"),
        (None, "count", "-"),
        (True, "text", "yes"),
        (["a", "b"], "text", "a, b"),
        (date(2024, 2, 1), "text", "2024-02-01"),
        (datetime(2024, 2, 1, 9, 5, tzinfo=UTC), "text", "2024-02-01 09:05"),
    ],
)
def test_values_are_written_by_their_format(value, form, expected):
    assert written(value, form) == expected


def test_a_table_marks_the_best_and_is_sorted_by_numbers_not_by_how_they_are_written():
    rows = pl.DataFrame(
        {"source": ["a", "b"], "recall@20": [0.5, 0.25], "mean_rank": [12.5, 120.0], "items": [9, 1000]}
    )
    table = tabled(Shown(rows, "", best={"recall@20": True, "mean_rank": False}))
    assert table.columns == (("source", "short"), ("recall@20", "number"), ("mean rank", "number"), ("items", "number"))
    assert table.named
    assert table.rows[0] == (Cell("a"), Cell("0.5000", "0.5", True), Cell("12.5", "12.5", True), Cell("9", "9"))
    assert table.rows[1] == (Cell("b"), Cell("0.2500", "0.25"), Cell("120.0", "120.0"), Cell("1,000", "1000"))


def test_whole_numbers_can_be_names():
    table = tabled(Shown(pl.DataFrame({"year": [2024]}), "", formats={"year": "text"}))
    assert table.rows == ((Cell("2024"),),)
    assert table.named


def test_a_table_may_have_no_rows_and_no_columns():
    assert tabled(Shown(pl.DataFrame({"a": pl.Series([], dtype=pl.Float64)}), "")).rows == ()
    assert tabled(Shown(pl.DataFrame(), "", best={"a": True})).columns == ()


def test_what_is_missing_is_not_the_best():
    table = tabled(Shown(pl.DataFrame({"a": [None, float("nan"), 1.0]}), "", best={"a": False}))
    assert [cell.best for (cell,) in table.rows] == [False, False, True]


def test_names_of_columns_are_written_for_people():
    assert title("covisit__carts_day") == "covisit: carts day"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (12, "12"), (0.02218, "0.02218"), (-0.4313, "-0.4313"), (3.14159, "3.142"), (1194.746, "1,195"),
     (63973.52, "63,974"), (0.0000123, "1.23e-05"), (80.818612, "80.82"), (None, "-")],
)  # fmt: skip
def test_numbers_of_different_scales_have_digits_of_their_own(value, text):
    assert written(value, "mixed") == text
