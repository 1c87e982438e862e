import math
from datetime import datetime

import polars as pl
import pytest

from features.nested.own_key import own_key
from tests.features.nested.told import maps_of, told


def test_the_value_at_the_rows_own_key():
    rows = maps_of({"a": 1.0, "b": 3.0}, {"b": 3.0}, {}, None, {"a": 1.0})
    found, _ = told(own_key, rows, "map", own={"app": ["a", "a", "a", "a", None]})
    assert found == {
        "own": [1.0, None, None, None, None],
        "own_share": [0.25, 0.0, None, None, None],
        "has_own": [True, False, False, None, None],
    }


def test_keys_are_texts_or_numbers():
    rows = pl.Series([[{"key": 7, "value": 2}], [{"key": 8, "value": 2}]])
    for own in (["7", "7"], [7, 7], [7.0, 7.0], [" 7 ", "7.0"]):
        assert told(own_key, rows, "map", own={"hour": own})[0]["own"] == [2.0, None]


def test_the_first_of_two_entries_of_one_key_counts():
    assert told(own_key, maps_of([("a", 1.0), ("a", 9.0)]), "map", own={"app": ["a"]})[0]["own"] == [1.0]


def test_a_histograms_share():
    rows = maps_of({"DE": 1, "FR": 3}, {"FR": 3}, {}, value=pl.Int32)
    found, _ = told(own_key, rows, "histogram", own={"country": ["DE", "DE", "DE"]})
    assert found == {"own_share": [0.25, 0.0, None]}


def test_since_when():
    rows = maps_of({"a": datetime(2025, 9, 1, 15), "b": datetime(2025, 10, 1)}, {}, value=pl.Datetime("us"))
    found, _ = told(own_key, rows, "times", own={"app": ["a", "a"]})
    assert found == {
        "own": [30.0, None],
        "own_recency": [pytest.approx(math.exp(-1)), None],
        "has_own": [True, False],
    }


def test_a_later_time_of_the_own_key_is_unknown():
    rows = maps_of({"a": datetime(2025, 10, 1, 16), "b": datetime(2025, 10, 1)}, value=pl.Datetime("us"))
    found, odd = told(own_key, rows, "times", own={"app": ["a"]})
    assert (found["own"], found["has_own"], odd) == ([None], [False], {"later than the row": 1})


def test_whether_a_list_holds_it():
    found, _ = told(own_key, [["a", "b"], ["b"], [], None, ["a"]], "list", own={"app": ["a", "a", "a", "a", None]})
    assert found == {"has_own": [True, False, False, None, None]}


def test_several_keys_of_one_column():
    rows = maps_of({"a": 1.0, "games": 3.0})
    found, _ = told(own_key, rows, "map", own={"app": ["a"], "category": ["games"]})
    assert found["own"] == [1.0]
    assert found["own_category"] == [3.0]


def test_without_a_key_it_tells_nothing():
    assert told(own_key, maps_of({"a": 1.0}), "map")[0] == {}
