import numpy as np
import pytest

from evaluation.bootstrap import drawn_groups, drawn_times, percentile_range


def test_groups_are_drawn_whole():
    groups = np.array(["b", "a", "b", "c", "a", "b"])
    for at in drawn_groups(groups, 20):
        times = np.bincount(at, minlength=6)
        assert (times[groups == "a"] == times[1]).all()
        assert (times[groups == "b"] == times[0]).all()
        assert times[1] + times[0] + times[3] == 3
        assert (np.diff(at) >= 0).all()


def test_the_seed_says_what_is_drawn():
    one, same, other = (np.concatenate(list(drawn_groups(np.arange(50), 3, seed))) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_the_range_of_a_mean_is_that_of_its_standard_error():
    values = np.random.default_rng(3).normal(size=400)
    low, high = percentile_range([values[at].mean() for at in drawn_groups(np.arange(400), 500)])
    assert (high - low) / 2 == pytest.approx(1.96 * values.std() / 20, rel=0.15)


def test_what_is_missing_is_left_out():
    assert percentile_range([0.0, np.nan, 1.0], 1.0) == (0.0, 1.0)
    assert np.isnan(percentile_range([np.nan])).all()


def test_units_are_drawn_as_often_as_there_are_units():
    drawn = list(drawn_times(5, 8, 3))
    assert len(drawn) == 8
    assert {int(times.sum()) for times in drawn} == {5}
    assert np.array_equal(np.repeat(np.arange(5), drawn[0]), next(drawn_groups(np.arange(5), 1, 3)))
