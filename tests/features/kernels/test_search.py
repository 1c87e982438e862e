from bisect import bisect_left

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from features.kernels.search import lower_bound


def test_by_hand():
    rising = np.array([2, 4, 4, 9])
    assert [lower_bound(rising, 0, 4, wanted) for wanted in (1, 2, 4, 5, 10)] == [0, 0, 1, 3, 4]
    assert lower_bound(rising, 2, 3, 1) == 2
    assert lower_bound(rising, 2, 2, 9) == 2


@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.integers(-5, 5), max_size=9), wanted=st.integers(-6, 6), data=st.data())
def test_is_bisection(values, wanted, data):
    rising = np.array(sorted(values), np.int64)
    low = data.draw(st.integers(0, len(values)))
    high = data.draw(st.integers(low, len(values)))
    assert lower_bound(rising, low, high, wanted) == bisect_left(rising.tolist(), wanted, low, high)
