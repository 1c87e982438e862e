"""How unequally a sum is shared, by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.inequality import gini


@pytest.mark.parametrize(
    ("values", "expected"), [([2, 2, 2], 0.0), ([0, 0, 0, 8], 0.75), ([1, 3], 0.25), ([0, 0], None), ([], None)]
)
def test_gini_by_hand(values, expected):
    assert gini(values) == (None if expected is None else pytest.approx(expected))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=20).filter(any))
def test_gini_is_half_the_relative_mean_difference(values):
    # Gini's own definition: the mean absolute difference of all pairs over twice the mean
    n, mean = len(values), sum(values) / len(values)
    expected = sum(abs(a - b) for a in values for b in values) / (2 * n * n * mean)
    assert gini(values) == pytest.approx(expected)
