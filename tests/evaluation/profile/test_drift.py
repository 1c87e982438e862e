import math

import numpy as np
import polars as pl
import pytest

from evaluation.profile.drift import counts_in_bins, population_stability, stability


def test_the_index_by_hand():
    # half and half against a quarter and three quarters: -1/4 ln(1/2) + 1/4 ln(3/2)
    assert population_stability([50, 50], [1, 3]) == pytest.approx(0.25 * math.log(3))
    assert population_stability([5, 5, 0], [9, 9, 0]) == 0


def test_an_empty_bin_counts_half_a_row():
    expected = (0.5 - 0.05) * math.log(0.5 / 0.05) + (0.5 - 1) * math.log(0.5 / 1)
    assert population_stability([0, 10], [5, 5]) == pytest.approx(expected)


def test_few_values_are_bins_and_missing_ones_another():
    learnt, scored = pl.Series([1, 1, 2, None]), pl.Series([0, 2, 3, 3])
    p, q = counts_in_bins(learnt, scored)
    assert (p.tolist(), q.tolist()) == ([2, 1, 1], [1, 3, 0])


def test_many_values_fall_into_tenths():
    p, q = counts_in_bins(pl.Series(range(100)), pl.Series([5, 95, 200]))
    assert p.tolist() == [10] * 10 + [0]
    assert q.tolist() == [1] + [0] * 8 + [2, 0]


def test_texts_by_their_levels():
    p, q = counts_in_bins(pl.Series(["a", "a", "b", None]), pl.Series(["a", "c", None, None]))
    assert (p.tolist(), q.tolist()) == ([2, 1, 0, 1], [1, 0, 1, 2])


def test_what_has_moved_comes_first():
    learnt = pl.DataFrame({"still": range(1000), "moved": range(1000), "word": ["a", "b"] * 500})
    scored = pl.DataFrame({"still": range(1000), "moved": range(600, 1600), "word": ["b", "a"] * 500})
    found = stability(learnt, scored)
    assert found["feature"].to_list() == ["moved", "still", "word"]
    assert found["moved"].to_list() == ["much", "no", "no"]
    assert found["psi"].to_list()[1:] == [0, 0]
    assert found["learnt"].to_list() == [499.5, 499.5, None]


def test_few_rows_move_by_chance():
    dice = np.random.default_rng(0)
    learnt, scored = (pl.DataFrame({str(n): dice.normal(size=30) for n in range(200)}) for _ in range(2))
    found = stability(learnt, scored)
    assert (found["psi"] > 0.25).mean() > 0.5
    assert (found["moved"] == "no").mean() > 0.7


def test_nothing_to_compare():
    one = pl.DataFrame({"a": [1]})
    assert stability(one, one.clear()).is_empty()
    assert stability(one, one)["chance"].to_list() == [0.0]
