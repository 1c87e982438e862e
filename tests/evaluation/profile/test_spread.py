import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evaluation.profile.spread import (
    counts_histogram,
    even_histogram,
    histogram,
    log_histogram,
    skewness,
    spread,
    top_share,
)


def test_the_top_share_is_of_so_many_rows_that_they_are_the_share_at_least():
    assert top_share([1, 2, 3, 4], 0.5) == 0.7
    assert top_share([1, 2, 3, 4], 0.01) == 0.4
    assert top_share(range(1, 101), 0.1) == pytest.approx(sum(range(91, 101)) / 5050)
    assert top_share([0, 0], 0.5) is None
    assert top_share([], 0.5) is None


def test_skewness_by_hand():
    # 0, 0, 3 less their mean 1: cubes -1 - 1 + 8 = 6, squares 1 + 1 + 4 = 6; 2 / 2^1.5
    assert skewness(np.array([0.0, 0, 3])) == pytest.approx(2 / 2**1.5)
    assert skewness(np.array([1.0, 2, 3])) == pytest.approx(0)
    assert skewness(np.array([0.1, 0.1, 0.1])) is None


@given(st.lists(st.floats(0, 1e6), min_size=3, max_size=30).filter(lambda x: np.ptp(x) > 1))
def test_skewness_is_scipys(values):
    assert skewness(np.array(values)) == pytest.approx(stats.skew(values), rel=1e-6, abs=1e-9)


def test_huge_numbers_have_a_skew():
    assert skewness(np.array([0.0, 0, 3e200])) == pytest.approx(2 / 2**1.5)


def test_a_spread_in_numbers():
    found = spread([4, 1, 2, 3])
    assert {name: found[name] for name in ("rows", "mean", "least", "most", "q0.5", "q0.25", "top10")} == {
        "rows": 4, "mean": 2.5, "least": 1, "most": 4, "q0.5": 2.5, "q0.25": 1.75, "top10": 0.4,
    }  # fmt: skip
    assert found["sd"] == pytest.approx(math.sqrt(1.25))


def test_a_log_takes_the_skew_of_a_right_tail():
    values = np.exp(np.random.default_rng(0).normal(5, 1, 2000))
    found = spread(values)
    assert found["skew"] > 3
    assert abs(found["skew_log"]) < 0.2


def test_a_spread_of_nothing_and_of_negative_numbers():
    assert spread([])["rows"] == 0
    assert set(spread([]).values()) == {0, None}
    assert spread([-1, 5])["skew_log"] is None
    assert spread([-1, 5])["top1"] is None


def test_counts_fall_into_bins_that_grow():
    found = counts_histogram([1, 1, 2, 7, 9000])
    assert found.rows()[:3] == [("1", 1, 2), ("2", 2, 1), ("3", 3, 0)]
    assert found.filter(found["rows"] > 0)["label"].to_list() == ["1", "2", "6-7", "4,096+"]
    assert counts_histogram([]).is_empty()


def test_a_histogram_has_no_empty_ends():
    found = histogram([5, 6, 20], [0, 5, 10, 20, 40], ["a", "b", "c", "d", "e"])
    assert found.rows() == [("b", 5, 2), ("c", 10, 0), ("d", 20, 1)]


def test_even_bins():
    assert even_histogram([0.0, 0.5, 1.0, 2.0], 2).rows() == [(0, 1, 2), (1, 2, 2)]
    assert even_histogram([3, 3, 5]).rows() == [(3, 4, 2), (4, 5, 0), (5, 6, 1)]  # whole numbers, one each
    assert even_histogram([0.5, 0.5]).rows()[0] == (0.5, 0.525, 2)
    assert even_histogram([]).is_empty()


def test_the_last_bin_holds_the_tail():
    found = even_histogram([*np.linspace(0, 1, 99), 1e6], 10, upto=0.9)
    assert found["rows"].sum() == 100
    assert found["ends"].max() < 1


def test_log_bins_have_one_ratio_and_leave_zeros_out():
    found = log_histogram([0, 1, 10, 100], 2)
    assert found["rows"].to_list() == [1, 2]
    assert found["ends"].to_list() == pytest.approx([10, 100])
    assert log_histogram([7.0]).rows() == [(7, 14, 1)]
    assert log_histogram([0.0]).is_empty()
