import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.local.percentiles import MOST, curve_of, percentiles, place_of
from features.local.settings import Beside, Local
from tests.features.local.rows_of import rows_of

LOCAL = Local(beside=Beside(by=("land",), of=("x",), fewest=3))
NAN = float("nan")


def test_by_hand():
    """Country a has 1, 2, 2, 5; b too few rows, so that all six are looked at."""
    rows = rows_of({"land": [*"aaaabb"]}, {"x": [1, 2, 2, 5, 9, None]})
    asked = rows_of({"land": [*"aaaaabz"]}, {"x": [1.0, 2.0, 5.0, 3.5, 99.0, 2.0, None]}, levels=rows.levels)
    learnt = percentiles.learn(rows, LOCAL)
    told = learnt.describe(asked)["x__in_land"]
    assert told[:5].tolist() == [0.125, 0.5, 0.875, 0.6875, 0.875]
    assert told[5] == pytest.approx(0.4)  # of 1, 2, 2, 5, 9
    assert np.isnan(told[6])
    again = percentiles.read(learnt.table, rows.levels, LOCAL).describe(asked)["x__in_land"]
    assert np.array_equal(again, told, equal_nan=True)


def test_a_feature_that_nobody_has_is_not_told():
    rows = rows_of({"land": ["a"]}, {"x": [None]})
    assert percentiles.learn(rows, LOCAL).describe(rows) == {}


def test_a_long_distribution_is_kept_in_few_values():
    values = np.arange(10_000, dtype=np.float32)
    levels, places = curve_of(values)
    assert len(levels) <= MOST + 2
    assert (levels[0], levels[-1]) == (0, 9_999)
    assert np.abs(place_of(values, (levels, places)) - (values + 0.5) / 10_000).max() < 0.002


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=30))
def test_places_are_those_of_sorting(numbers):
    values = np.array(numbers, np.float32)
    told = place_of(values, curve_of(values))
    for value, place in zip(numbers, told, strict=True):
        below, equal = sum(x < value for x in numbers), sum(x == value for x in numbers)
        assert place == pytest.approx((below + equal / 2) / len(numbers))


def test_nan_has_no_place():
    assert np.isnan(place_of(np.array([NAN], np.float32), curve_of(np.array([1, 2], np.float32)))).all()
