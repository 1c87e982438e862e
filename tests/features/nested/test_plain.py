"""What is no usable value is unknown and counted, and what is usable beside it stays."""

import polars as pl

from features.nested.maps import maps
from features.nested.missing import missing
from features.nested.numbers import numbers
from features.nested.plain import plain_rows
from features.nested.source import Source
from tests.features.nested.told import maps_of, told

NAN, INF = float("nan"), float("inf")


def test_a_null_key_a_null_nan_and_infinity_are_set_aside():
    pairs = [[{"key": "a", "value": 1.0}, {"key": None, "value": 5.0}], [{"key": "a", "value": NAN}], [None]]
    found, odd = told(maps, pairs, "map")
    assert found["sum"] == [1.0, 0.0, 0.0]
    assert found["count"] == [1, 0, 0]
    assert odd == {"no key": 2, "not finite": 1}
    found, odd = told(maps, maps_of({"a": INF, "b": -INF, "c": None, "d": 2.0}), "map")
    assert (found["sum"], odd) == ([2.0], {"not finite": 2, "no value": 1})


def test_money_below_0_stays_unless_the_column_says_otherwise():
    rows = maps_of({"a": -2.0, "b": 3.0})
    assert told(maps, rows, "map")[0]["sum"] == [1.0]
    found, odd = told(maps, rows, "map", not_negative=True)
    assert (found["sum"], found["count"], odd) == ([3.0], [1], {"below 0": 1})
    assert told(numbers, [-1.0, 2.0], "number", not_negative=True) == ({"value": [None, 2.0]}, {"below 0": 1})


def test_texts_where_numbers_were():
    rows = maps_of({"a": "1.5", "b": "many", "c": ""}, value=pl.String)
    found, odd = told(maps, rows, "map")
    assert (found["sum"], found["count"], odd) == ([1.5], [1], {"no number": 1})
    assert told(numbers, ["1.5", "x", None, "", "nan"], "number") == (
        {"value": [1.5, None, None, None, None]},
        {"no number": 2},
    )


def test_a_column_of_another_type_is_null_and_counted():
    for values, kind in (([1.0, None], "map"), (["a", None], "list"), ([["a"], None], "number"), ([[1]], "times")):
        found, odd = told(missing, values, kind)
        assert found["missing"] == [True] * len(values)
        assert odd in ({"another type": 1}, {"unreadable text": 1})


def test_a_column_that_lacks_is_null():
    raw = pl.DataFrame({"t": ["2025-10-01-15-00"] * 2})
    kinds = ("map", "histogram", "pairs", "times", "list", "time", "hour", "weekday", "number", "category")
    sources = [Source(f"x{place}", kind, own=("y",)) for place, kind in enumerate(kinds)]
    plain = plain_rows(raw, sources, "t")
    assert plain.odd == {}
    assert all(plain.frame[source.name].null_count() == 2 for source in sources)
    assert [plain.frame.schema[f"x{place}"] for place in (0, 4, 9)] == [
        pl.Map(pl.String, pl.Float64),
        pl.List(pl.String),
        pl.String,
    ]


def test_null_columns_and_none_of_their_values():
    raw = pl.DataFrame({"t": ["2025-10-01-15-00"], "m": [None], "l": [[None]], "n": [{"a": None}]})
    plain = plain_rows(raw, [Source("m", "map"), Source("l", "list"), Source("n", "map")], "t")
    assert plain.frame["m"].to_list() == [None]
    assert plain.frame["l"].to_list() == [[]]
    assert plain.frame.select(pl.col("n").map.len()).to_series().to_list() == [0]
