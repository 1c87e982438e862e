import numpy as np
import polars as pl
import pytest

from candidates.algorithms.lists import codes_of, lists_of

TOP = pl.LazyFrame(
    {"hour": [3, 1, 1], "item": [7, 9, 8], "rank": [1, 2, 1], "score": [0.5, 0.25, 1.0]},
    schema={"hour": pl.Int8, "item": pl.UInt32, "rank": pl.UInt16, "score": pl.Float32},
)


def test_lists_by_a_code_in_the_order_of_ranks():
    found = lists_of(TOP, "hour", "item").first(np.array([1, 0, 3, 1]), 2)
    assert found.starts.tolist() == [0, 2, 2, 3, 5]
    assert found.items.tolist() == [8, 9, 7, 8, 9]
    assert found.scores.tolist() == [1.0, 0.25, 0.5, 1.0, 0.25]


@pytest.mark.parametrize("kind", [pl.Int8, pl.UInt32, pl.Int64])
@pytest.mark.parametrize("backwards", [False, True])
def test_lists_of_any_kind_of_code_in_any_order(kind, backwards):
    rows = TOP.sort("hour", "rank").with_columns(hour=pl.when(hour=3).then(127).otherwise("hour").cast(kind))
    lists = lists_of(rows.reverse() if backwards else rows, "hour", "item")
    assert lists.starts.tolist() == [0, 0, *[2] * 126, 3]
    assert lists.items.tolist() == [8, 9, 7]
    assert lists.scores.tolist() == [1.0, 0.25, 0.5]


def test_no_more_than_asked_for_and_nothing_for_unknown_codes():
    found = lists_of(TOP, "hour", "item").first(np.array([-1, 1, 4, 99]), 1)
    assert found.starts.tolist() == [0, 0, 1, 1, 1]
    assert found.items.tolist() == [8]


def test_a_table_without_a_code_is_one_list():
    alone = TOP.filter(pl.col("hour") == 1)
    assert lists_of(alone, None, "item").first(np.array([0, -1]), 9).items.tolist() == [8, 9]
    assert lists_of(alone.clear(), None, "item").first(np.array([0]), 9).starts.tolist() == [0, 0]


def test_codes_of_items():
    codes = codes_of(np.array([4, 1]), np.array([0, 7]))
    assert codes(np.array([1, 4, 0, 5, 99, -1])).tolist() == [7, 0, -1, -1, -1, -1]
    assert codes_of(np.array([], np.uint32), np.array([]))(np.array([0, 3])).tolist() == [-1, -1]
