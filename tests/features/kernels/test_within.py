import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.kernels.within import compare_rows, compared_columns

NUMBERS = st.one_of(st.just(float("nan")), st.floats(-1e6, 1e6, width=32))


def compared(values, starts):
    """The z-scores and the places of one column."""
    room = np.empty((2, len(values)), np.float32)
    column = np.array([values], np.float32)
    compare_rows(column, np.array([0, 0]), np.array([False, True]), np.array(starts), room)
    return room


def test_by_hand():
    scores, places = compared([1, 3, np.nan, 5, 5, 5, np.nan], [0, 3, 6, 6, 7])
    assert scores.tolist() == pytest.approx([-1, 1, np.nan, 0, 0, 0, np.nan], nan_ok=True)
    assert places.tolist() == pytest.approx([1, 0.5, np.nan, 1, 1, 1, np.nan], nan_ok=True)


@settings(max_examples=60, deadline=None)
@given(values=st.lists(NUMBERS, max_size=9))
def test_is_numpys(values):
    scores, places = compared(values, [0, len(values)])
    known = np.array([value for value in values if not np.isnan(value)], np.float32).astype(np.float64)
    at_least = [sum(other >= value for other in known) / len(known) for value in known]
    assert places[~np.isnan(places)].tolist() == pytest.approx(at_least)
    assert (np.isnan(scores) == np.isnan(np.array(values, np.float32))).all()
    if len(known) and known.std() > 1e-3 * np.abs(known).max():
        assert scores[~np.isnan(scores)] == pytest.approx((known - known.mean()) / known.std(), abs=1e-3)


@settings(max_examples=40, deadline=None)
@given(values=st.lists(NUMBERS, min_size=1, max_size=9), seed=st.integers(0, 99))
def test_order_does_not_matter(values, seed):
    order = np.random.default_rng(seed).permutation(len(values))
    one, two = (compared(some, [0, len(values)]) for some in (values, np.array(values)[order]))
    np.testing.assert_array_equal(one[:, order], two)


def test_names_what_is_compared():
    names = ("a__rank", "a__score", "fused__score", "item_trend__recent_1", "item_trend__recent_14")
    assert compared_columns(names) == (
        ("a__score", False),
        ("fused__score", False),
        ("item_trend__recent_1", False),
        ("item_trend__recent_1", True),
    )
