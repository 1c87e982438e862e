from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.errors import AisleError
from data.fault import FAULT
from data.opening.arrow_types import unreadable
from data.shapes.column_types import as_texts, check_roles, plain_columns

FILE = Path("log.parquet")


def plain(column, **how):
    return plain_columns(pl.DataFrame({"x": column}), FILE, **how)


class TestPlainColumns:
    def test_what_is_plain_stays(self):
        frame = pl.DataFrame({"a": [1], "b": ["x"], "c": [True], "d": [None], "e": [1.5], FAULT: ["line 3"]})
        assert_frame_equal(plain_columns(frame, FILE), frame)

    @pytest.mark.parametrize(
        ("column", "expected"),
        [
            (pl.Series([b"a", None]), ["a", None]),
            (pl.Series(["a", None], dtype=pl.Categorical), ["a", None]),
            (pl.Series(["a"], dtype=pl.Enum(["a"])), ["a"]),
            (pl.Series([Decimal(12), None], dtype=pl.Decimal(38, 0)), [12, None]),
            (pl.Series([Decimal(10**20), Decimal(7)], dtype=pl.Decimal(38, 0)), [str(10**20), "7"]),
            (pl.Series([Decimal("1.25")], dtype=pl.Decimal(38, 2)), [1.25]),
            (pl.Series([1.5], dtype=pl.Float16), [1.5]),
        ],
    )
    def test_what_becomes_plain(self, column, expected):
        found = plain(column)
        assert found.columns == ["x"]
        assert found["x"].to_list() == expected

    def test_bytes_that_are_no_text_are_the_rows_fault(self):
        found = plain(pl.Series([b"a", b"\xff", None]), names={"x": "SKU"})
        assert found.rows() == [("a", None), (None, "SKU is not UTF-8"), (None, None)]

    def test_the_first_fault_stays(self):
        frame = pl.DataFrame({"x": [b"\xff", b"\xff"], FAULT: ["line 3", None]})
        assert plain_columns(frame, FILE)[FAULT].to_list() == ["line 3", "x is not UTF-8"]

    def test_times_that_cannot_be_written_are_the_rows_fault(self):
        found = plain(pl.Series([2**62, 0]).cast(pl.Datetime("ms")))
        assert found[FAULT].to_list() == ["x is a time outside the years 1 to 9999", None]

    @pytest.mark.parametrize(
        ("column", "message"),
        [
            (pl.Series([[1]]), r"`x` holds List\(Int64\) where each row needs one value"),
            (pl.Series([{"a": 1}]), "`x` holds Struct"),
            (pl.Series([1]).cast(pl.Duration("ms")), "`x` holds Duration"),
            (unreadable("x", 1, "its type is union"), r"`x` holds what cannot be read \(its type is union\)"),
        ],
    )
    def test_what_is_no_single_value_is_refused(self, column, message):
        with pytest.raises(AisleError, match=message):
            plain(column)

    def test_a_table_may_keep_lists_and_durations(self):
        for column in (pl.Series([[1]]), pl.Series([1]).cast(pl.Duration("ms"))):
            assert plain(column, kept=["x"])["x"].to_list() == column.to_list()
        with pytest.raises(AisleError, match="cannot be read"):
            plain(unreadable("x", 1, "odd"), kept=["x"])

    def test_a_struct_of_a_thousand_fields_is_told_shortly(self):
        with pytest.raises(AisleError) as error:
            plain(pl.Series([{f"field {n}": n for n in range(1000)}]))
        assert len(str(error.value)) < 250


@pytest.mark.parametrize(
    ("name", "dtype", "what"),
    [
        ("price", pl.Date, "numbers are needed"),
        ("quantity", pl.Boolean, "numbers are needed"),
        ("session_value", pl.Datetime("ms"), "numbers are needed"),
        ("ts", pl.Time, "dates with times are needed"),
        ("ts", pl.Boolean, "dates with times are needed"),
    ],
)
def test_columns_in_a_role_that_is_not_theirs(name, dtype, what):
    with pytest.raises(AisleError, match=what):
        check_roles(pl.DataFrame(schema={name: dtype}), FILE)


def test_whole_numbers_as_texts():
    assert as_texts(pl.Series([5.0, 5.5, None, float("nan"), 1e300])).to_list()[:4] == ["5", "5.5", None, None]
    assert as_texts(pl.Series([5])).to_list() == ["5"]
    assert as_texts(pl.Series([" a "])).to_list() == ["a"]
