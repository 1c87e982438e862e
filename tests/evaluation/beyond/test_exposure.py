import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.beyond.exposure import coverage, exposure, gini

LISTS = pl.LazyFrame({"query": [0, 0, 1], "item": [5, 6, 5]})


def test_places_of_items():
    assert exposure(LISTS).collect().rows() == [(5, 2), (6, 1)]


def test_coverage_counts_items_of_the_catalogue():
    shown = exposure(LISTS).collect()
    assert coverage(shown, pl.DataFrame({"item": [5, 7, 8, 9]})) == 0.25
    assert coverage(shown, pl.DataFrame({"item": []}, schema={"item": pl.Int64})) is None


@pytest.mark.parametrize(
    ("places", "expected"), [([2, 2, 2], 0.0), ([0, 0, 0, 8], 0.75), ([1, 3], 0.25), ([0, 0], None), ([], None)]
)
def test_gini_by_hand(places, expected):
    assert gini(places) == (None if expected is None else pytest.approx(expected))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=20).filter(any))
def test_gini_is_half_the_relative_mean_difference(places):
    # Gini's own definition: the mean absolute difference of all pairs over twice the mean
    n, mean = len(places), sum(places) / len(places)
    expected = sum(abs(a - b) for a in places for b in places) / (2 * n * n * mean)
    assert gini(places) == pytest.approx(expected)
