import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.fixed import ONE, as_float, fixed, type_weight
from data.schema import TYPES, TypeEnum

W = pl.col("weight")


def test_whole_and_binary_weights_are_exact():
    frame = pl.DataFrame({"weight": [0.0, 1.0, -2.5, 2.0**-24, 2.0**-26]})
    found = frame.select(fixed(W))["weight"]
    assert found.dtype == pl.Int64
    assert found.to_list() == [0, ONE, -5 * ONE // 2, 1, 0]
    assert found.to_frame().select(as_float(W))["weight"].to_list() == [0.0, 1.0, -2.5, 2.0**-24, 0.0]


def test_smaller_parts_are_rounded():
    frame = pl.DataFrame({"weight": [0.75 / ONE, -0.75 / ONE, 1.25 / ONE]})
    assert frame.select(fixed(W))["weight"].to_list() == [1, -1, 1]


def test_missing_weights_stay_missing():
    assert pl.DataFrame({"weight": [None, 1.0]}).select(fixed(W))["weight"].to_list() == [None, ONE]


@settings(max_examples=60, deadline=None)
@given(weights=st.lists(st.floats(0, 100), min_size=1, max_size=20), seed=st.integers(0, 99))
def test_sums_are_close_and_do_not_depend_on_the_order(weights, seed):
    frame = pl.DataFrame({"weight": weights})
    total = frame.select(as_float(fixed(W).sum())).item()
    assert total == pytest.approx(sum(weights), abs=len(weights) / ONE)
    shuffled = frame.sample(fraction=1, shuffle=True, seed=seed)
    assert shuffled.select(as_float(fixed(W).sum())).item() == total


def test_weights_by_type():
    events = pl.DataFrame({"type": pl.Series([*reversed(TYPES), "clicks"], dtype=TypeEnum)})
    found = events.select(w=type_weight({"clicks": 1, "carts": 6.5}))["w"]
    assert found.to_list() == [0.0, 6.5, 1.0, 1.0]
    assert found.dtype == pl.Float64
