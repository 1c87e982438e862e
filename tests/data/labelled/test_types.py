"""The one type that a column has in all parts."""

import polars as pl
import pytest

from data.labelled.types import common, family_of
from data.opening.arrow_types import unreadable

MAP = pl.List(pl.Struct({"key": pl.String, "value": pl.Float64}))
NARROW = pl.List(pl.Struct({"key": pl.String, "value": pl.Int32}))
TUPLES = pl.List(pl.Struct({"_1": pl.String, "_2": pl.Int64}))


@pytest.mark.parametrize(
    ("types", "one"),
    [
        ([pl.Int32, pl.Int32], pl.Int32),
        ([pl.Int32, pl.Int64], pl.Int64),
        ([pl.Int32, pl.Boolean], pl.Int64),
        ([pl.UInt64, pl.Int32], pl.Float64),
        ([pl.Int64, pl.Float32], pl.Float64),
        ([pl.Float32, pl.Float32], pl.Float32),
        ([pl.Decimal(10, 2)], pl.Float64),
        ([pl.Null, pl.Int32], pl.Int32),
        ([pl.Null, pl.Null], pl.Null),
        ([pl.String, pl.Categorical], pl.String),
        ([pl.Date, pl.Date], pl.Date),
        ([pl.Date, pl.Datetime("ms")], pl.Datetime("us")),
        ([pl.Datetime("ns", "UTC"), pl.Datetime("ns")], pl.Datetime("ns")),
        ([pl.List(pl.String), pl.List(pl.Null)], pl.List(pl.String)),
        ([pl.List(pl.Int32), pl.List(pl.Int64)], pl.List(pl.Int64)),
        ([MAP, NARROW], MAP),
        ([MAP, pl.Map(pl.String, pl.Int32)], MAP),
        ([MAP, pl.Struct({"a": pl.Int64, "b": pl.Null})], MAP),
        (
            [pl.Struct({"a": pl.Int64}), pl.Struct({"b": pl.Int64})],
            pl.List(pl.Struct({"key": pl.String, "value": pl.Int64})),
        ),
        ([TUPLES, TUPLES, NARROW], TUPLES),
        ([MAP, pl.String], MAP),
        ([pl.List(pl.List(pl.String))], pl.List(pl.Struct({"key": pl.String, "value": pl.String}))),
    ],
)
def test_one_type(types, one):
    assert common([(pl.Series([], dtype=dtype).dtype, 10) for dtype in types]) == one


def test_the_kind_of_most_rows_wins():
    assert common([(pl.Float64(), 6), (pl.String(), 5)]) == pl.Float64
    assert common([(pl.Float64(), 5), (pl.String(), 6)]) == pl.String
    assert common([(pl.Float64(), 5), (pl.String(), 5)]) == pl.Float64
    assert common([(pl.Datetime("us"), 5), (pl.Int64(), 6)]) == pl.Int64


def test_what_nobody_can_read():
    odd = unreadable("x", 0, "two columns have its name").dtype
    assert family_of(odd) is None
    assert common([(odd, 3)]) is None
    assert common([(odd, 3), (pl.Int8(), 1)]) == pl.Int8
