"""Distinct keys and their codes, however they lie and in whatever parts they come."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.codes import Codes
from data.distinct import Distinct, distinct
from data.keys import dictionary

wholes = st.lists(st.one_of(st.integers(-5, 40), st.sampled_from([2**40, -(2**63), 2**63 - 1]), st.none()))
texts = st.lists(st.one_of(st.sampled_from("abcd"), st.none()))
columns = st.one_of(
    st.builds(lambda keys: pl.Series("key", keys, pl.Int64), wholes),
    st.builds(lambda keys: pl.Series("key", keys, pl.String), texts),
)


@given(columns)
def test_as_polars_tells_them(keys):
    assert distinct(keys).sort().to_list() == keys.drop_nulls().unique().sort().to_list()


@given(st.lists(wholes))
def test_those_of_parts_once(parts):
    found = Distinct()
    for part in parts:
        found.add(pl.Series("of a part", part, pl.Int64))
    assert found.keys("item", pl.Int64()).sort().to_list() == sorted({key for part in parts for key in part} - {None})
    assert found.keys("item", pl.Int64()).name == "item"


def test_nothing_has_the_type_that_is_named():
    assert Distinct().keys("item", pl.String()).dtype == pl.String


@given(columns, st.integers(0, 3))
def test_codes_are_those_of_the_dictionary(keys, without):
    table = dictionary(keys).slice(0, max(0, keys.n_unique() - without))
    told = dict(table.iter_rows())
    found = Codes(table).of(keys.alias("item"))
    assert found.to_list() == [told.get(key) for key in keys]
    assert (found.dtype, found.name) == (pl.UInt32, "item")


@pytest.mark.parametrize("dtype", [pl.String, pl.Int64])
def test_a_dictionary_without_keys_has_no_codes(dtype):
    table = dictionary(pl.Series("key", [], dtype))
    assert Codes(table).of(pl.Series("user", [None, None], dtype)).to_list() == [None, None]
