"""ITEMS, neighbours and vectors as arrays."""

import numpy as np
import polars as pl
import pytest

from data.schema import Items
from features.opened.goods import open_goods
from features.opened.neighbours import open_neighbours
from features.opened.vectors import open_vectors
from tests.oracle.frames import table


def test_goods_stand_at_their_codes():
    rows = ((4, "a", 2, "acme", None, 1.5), (0, "b", None, None, None, None), (2, "c", 0, "acme", None, 0.0))
    goods = open_goods(table(Items, *rows).lazy())
    assert goods.category.tolist() == [-1, -1, 0, -1, 2]
    assert goods.brand[[0, 1, 3]].tolist() == [-1, -1, -1]
    assert goods.brand[2] == goods.brand[4] >= 0
    np.testing.assert_array_equal(goods.price, [np.nan, np.nan, 0, np.nan, 1.5])


def test_neighbours_stand_item_by_item():
    pairs = [(3, 1, 0.5, None), (1, 9, None, 0.25), (1, 2, 1.0, 2.0)]
    names = {"item": pl.UInt32, "neighbour": pl.UInt32, "a__score": pl.Float32, "b__score": pl.Float32}
    opened = open_neighbours(pl.LazyFrame(pairs, schema=names, orient="row"))
    assert opened.starts.tolist() == [0, 0, 2, 2, 3]
    assert opened.neighbour.tolist() == [2, 9, 1]
    assert opened.scores.tolist() == [[1, 2], [0, 0.25], [0.5, 0]]


def test_vectors_have_length_one():
    schema = {"item": pl.UInt32, "vector": pl.Array(pl.Float32, 2)}
    opened = open_vectors(pl.LazyFrame({"item": [3, 1], "vector": [[3.0, 4.0], [0.0, 0.0]]}, schema=schema))
    assert opened.place.tolist() == [-1, 1, -1, 0]
    assert opened.unit.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0, 0]]


def test_nothing_to_open():
    assert open_goods(pl.LazyFrame(Items.create_empty())).category.tolist() == []
    names = {"item": pl.UInt32, "neighbour": pl.UInt32}
    assert open_neighbours(pl.LazyFrame(schema=names)).starts.tolist() == [0]
    empty = open_vectors(pl.LazyFrame(schema={"item": pl.UInt32, "vector": pl.Array(pl.Float32, 3)}))
    assert empty.place.tolist() == []
    assert empty.unit.shape == (0, 3)
