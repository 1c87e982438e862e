import numpy as np
import pytest

from value.lifetime.btyd.maximum_likelihood import LARGEST, maximise


def hill(at):
    """Highest, 0, at 2 and 5 on the logarithms' scale."""
    away = np.log(at) - np.log([2.0, 5.0])
    return -float(away @ away), -2 * away / at


def test_the_top_is_found_from_anywhere():
    for starts in ([(1.0, 1.0)], [(1e-4, 1e4), (2.1, 5.1)]):
        assert maximise(hill, starts) == pytest.approx([2, 5], rel=1e-5)


def test_bounds_and_penalty():
    assert maximise(hill, [(9.0, 9.0)], least=(3.0, 1.0)) == pytest.approx([3, 5], rel=1e-5)
    assert (maximise(hill, [(1.0, 1.0)], penalizer=0.1) < [2, 5]).all()


def test_a_likelihood_without_a_top_ends_at_the_bound():
    assert maximise(lambda at: (float(np.log(at[0])), 1 / at), [(1.0,)]) == pytest.approx([LARGEST])


def test_the_better_of_two_tops():
    def two(at):
        place = np.log(at[0])
        value = np.exp(-((place + 3) ** 2)) + 2 * np.exp(-((place - 3) ** 2))
        slope = -2 * (place + 3) * np.exp(-((place + 3) ** 2)) - 4 * (place - 3) * np.exp(-((place - 3) ** 2))
        return float(value), np.array([slope]) / at

    assert maximise(two, [(np.exp(-2.5),), (np.exp(2.5),)]) == pytest.approx([np.exp(3)], rel=1e-4)
