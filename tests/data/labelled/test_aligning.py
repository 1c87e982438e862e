"""A part's column in the type of all parts."""

from datetime import UTC, datetime

import polars as pl
import pytest

from data.labelled.aligning import aligned

MAP = pl.List(pl.Struct({"key": pl.String, "value": pl.Float64}))
NOON = datetime(2025, 10, 1, 12)


def entry(key, value):
    return {"key": key, "value": value}


@pytest.mark.parametrize(
    ("raw", "target", "values", "odd"),
    [
        (pl.Series([1, None], dtype=pl.Int32), pl.Int64(), [1, None], {}),
        (pl.Series([1.5, 3e10]), pl.Int32(), [1, None], {"too large": 1}),
        (pl.Series(["7", " 8 ", "n/a", "", None]), pl.Float64(), [7.0, 8.0, None, None, None], {"no number": 1}),
        (pl.Series([NOON]), pl.Float64(), [None], {"another type": 1}),
        (pl.Series([7, 2]), pl.String(), ["7", "2"], {}),
        (pl.Series([7.0, 2.5]), pl.String(), ["7", "2.5"], {}),
        (pl.Series([1_759_320_000, None]), pl.Datetime("us"), [NOON, None], {}),
        (pl.Series(["2025-10-01T12:00:00Z", "soon"]), pl.Datetime("us"), [NOON, None], {"no time": 1}),
        (pl.Series([datetime(2025, 10, 1, 12, tzinfo=UTC)]), pl.Datetime("us"), [NOON], {}),
        (pl.Series([None, None]), MAP, [None, None], {}),
        (pl.Series([3]), MAP, [None], {"another type": 1}),
        (pl.Series([{"a": 1, "b": None}, {"a": None, "b": 2}]), MAP, [[entry("a", 1.0)], [entry("b", 2.0)]], {}),
        (
            pl.Series(['{"a": 1, "b": "x"}', "[", None]),
            MAP,
            [[entry("a", 1.0)], None, None],
            {"unreadable text": 1, "no number": 1},
        ),
        (pl.Series([[entry(None, 1.0), entry("b", 2.0)]]), MAP, [[entry(None, 1.0), entry("b", 2.0)]], {}),
        (pl.Series([[("a", 1)], []], dtype=pl.List(pl.Array(pl.Int64, 2))) if False else pl.Series([[["a", "1"]], []]),
         MAP, [[entry("a", 1.0)], []], {}),
        (pl.Series(['["a", "b"]']), pl.List(pl.String), [["a", "b"]], {}),
        (pl.Series([[1, 2], None]), pl.List(pl.String), [["1", "2"], None], {}),
        (pl.Series([["a"]]), pl.String(), [None], {"another type": 1}),
        (pl.Series(["a"]), pl.Null(), [None], {"another type": 1}),
    ],
)  # fmt: skip
def test_each_value_by_itself(raw, target, values, odd):
    read = aligned(raw, target)
    assert read.value.dtype == target
    assert read.value.to_list() == values
    assert read.odd == odd


def test_maps_of_another_width_keep_their_keys():
    raw = pl.Series(
        "m", [[entry("a", 1), entry("a", 2)], None, []], dtype=pl.List(pl.Struct({"key": pl.String, "value": pl.Int32}))
    )
    assert aligned(raw, MAP).value.to_list() == [[entry("a", 1.0), entry("a", 2.0)], None, []]
    assert aligned(raw, MAP).value.name == "m"
