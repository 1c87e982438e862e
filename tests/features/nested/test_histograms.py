import math

import polars as pl
import pytest

from features.nested.histograms import histograms
from tests.features.nested.told import maps_of, told


def test_by_hand():
    rows = maps_of({"DE": 2, "FR": 2}, {"DE": 7}, {"a": 4, "b": 3, "c": 2, "d": 1}, {}, {"DE": 0}, None, value=pl.Int32)
    found, odd = told(histograms, rows, "histogram")
    assert odd == {}
    four = -(0.4 * math.log(0.4) + 0.3 * math.log(0.3) + 0.2 * math.log(0.2) + 0.1 * math.log(0.1))
    assert found["entropy"] == [pytest.approx(0.6931472), 0.0, pytest.approx(four), None, None, None]
    assert four == pytest.approx(1.2798542)
    assert found["total"] == [4.0, 7.0, 10.0, 0.0, 0.0, None]
    assert found["levels"] == [2, 1, 4, 0, 0, None]
    assert found["top1"] == [0.5, 1.0, 0.4, None, None, None]
    assert found["top3"] == [1.0, 1.0, 0.9, None, None, None]


def test_what_is_below_0_was_not_counted():
    found, odd = told(histograms, maps_of({"DE": -3, "FR": 2}, value=pl.Int32), "histogram")
    assert odd == {"below 0": 1}
    assert found["total"] == [2.0]
    assert found["entropy"] == [0.0]
