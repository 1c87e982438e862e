import polars as pl

from features.nested.lists import lists
from tests.features.nested.told import told


def test_by_hand():
    found, odd = told(lists, [["a", "b", "a"], ["c"], [], None], "list")
    assert found == {"length": [3, 1, 0, None], "distinct": [2, 1, 0, None]}
    assert odd == {}


def test_numbers_are_ids_too_and_a_null_is_none():
    found, odd = told(lists, [[7, 7, None], [8]], "list")
    assert found == {"length": [2, 1], "distinct": [1, 1]}
    assert odd == {"no key": 1}


def test_fixed_lists_and_texts():
    fixed, _ = told(lists, pl.Series([["a", "b"], ["c", "c"]], dtype=pl.Array(pl.String, 2)), "list")
    written, _ = told(lists, ['["a", "b"]', "['c', 'c']"], "list")
    assert fixed == written == {"length": [2, 2], "distinct": [2, 1]}
