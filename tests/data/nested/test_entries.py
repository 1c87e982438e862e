"""Every form in which entries of a key and a value are kept gives the same."""

from datetime import datetime

import polars as pl
import pytest

from data.nested.entries import entries_of, values_of

PAIRS = pl.List(pl.Struct({"key": pl.String, "value": pl.Float64}))
WANTED = ([2, None, 0, 1], ["a", "b", "c"], [1.0, 2.0, 3.0])


def read(column):
    found = entries_of(column)
    return found.lengths.to_list(), found.key.to_list(), found.value.cast(pl.Float64).to_list()


def listed(first, second):
    rows = [[("a", 1.0), ("b", 2.0)], None, [], [("c", 3.0)]]
    return [None if row is None else [{first: key, second: value} for key, value in row] for row in rows]


def test_maps_and_lists_of_pairs():
    assert read(pl.Series(listed("key", "value"), dtype=PAIRS).list.to_map()) == WANTED
    for names in (("key", "value"), ("_1", "_2"), ("bundle", "count")):
        assert read(pl.Series(listed(*names))) == WANTED
    other = pl.Series([[{"value": 1.0, "key": "a"}]])
    assert read(other) == ([1], ["a"], [1.0])


def test_lists_of_two():
    rows = [[["a", "1"], ["b", "2"]], None, [], [["c", "3"]]]
    assert read(pl.Series(rows, dtype=pl.List(pl.List(pl.String)))) == WANTED
    assert read(pl.Series(rows, dtype=pl.List(pl.Array(pl.String, 2)))) == WANTED


def test_a_struct_with_a_field_a_key():
    rows = [{"a": 1, "b": 2, "c": None}, None, {"a": None, "b": None, "c": None}, {"a": None, "b": None, "c": 3}]
    assert read(pl.Series(rows)) == WANTED
    mixed = pl.Series([{"a": 1, "b": "x"}])
    assert entries_of(mixed).value.to_list() == ["1", "x"]
    times = entries_of(pl.Series([{"a": datetime(2025, 1, 1), "b": None}]))
    assert times.value.to_list() == [datetime(2025, 1, 1)]


@pytest.mark.parametrize(
    "texts",
    [
        ['{"a": 1, "b": 2.0}', None, "{}", '{"c": 3}'],
        ['[["a", 1], ["b", 2]]', "", "[]", '[["c", 3]]'],
        ['[{"key": "a", "value": 1}, {"key": "b", "value": 2}]', None, "[]", '[{"bundle": "c", "count": 3}]'],
        ["{'a': 1, 'b': 2}", "  ", "{}", "{'c': 3.0}"],
        ["[('a', 1), ('b', 2.0)]", None, "[]", "[('c', '3')]"],
    ],
)
def test_texts(texts):
    assert read(pl.Series(texts)) == WANTED


def test_texts_that_cannot_be_read_are_counted():
    found = entries_of(pl.Series(["{", '["a"]', "7", "__import__('os')", '{"a": [1]}', "[" * 5000]))
    assert found.unreadable == 5
    assert found.lengths.to_list() == [None, None, None, None, 1, None]
    assert found.value.to_list() == ["(nested)"]


def test_an_object_with_a_key_twice_has_both_entries():
    assert entries_of(pl.Series(['{"a": 1, "a": 2}'])).value.to_list() == ["1", "2"]


def test_what_holds_no_entries():
    assert entries_of(pl.Series([1.0])) is None
    assert entries_of(pl.Series([["a"]])) is None
    assert values_of(pl.Series([1.0])) is None
    assert values_of(pl.Series([[{"a": 1}]])) is None
    assert read(pl.Series([None, None])) == ([None, None], [], [])


def test_kept_entries_go_back_into_maps_and_lists():
    entries = entries_of(pl.Series(listed("key", "value"), dtype=PAIRS))
    some = entries.keep(pl.Series([True, False, False]))
    assert some.lengths.to_list() == [1, None, 0, 0]
    assert some.as_map().to_frame("m").select(k=pl.col("m").map.keys(), v=pl.col("m").map.values()).rows() == [
        (["a"], [1.0]),
        (None, None),
        ([], []),
        ([], []),
    ]
    lists = values_of(pl.Series([["a", "b"], None, []]))
    assert lists.as_list().to_list() == [["a", "b"], None, []]
