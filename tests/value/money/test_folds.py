import numpy as np
import pytest

from value.money.folds import forward_folds, group_folds


def test_no_group_is_on_both_sides_and_every_row_is_judged_once():
    groups = np.array(["a", "b", "c", "a", "d", "b", "e"])
    folds = group_folds(groups, 3)
    assert sorted(np.concatenate([judged for _, judged in folds]).tolist()) == list(range(7))
    for taught, judged in folds:
        assert not set(groups[taught]) & set(groups[judged])
        assert len(taught) + len(judged) == 7


def test_fewer_groups_than_folds():
    assert len(group_folds(np.array([1, 1, 2]), 5)) == 2
    with pytest.raises(ValueError, match="`group` must hold at least 2 groups"):
        group_folds(np.array([1, 1]), 5)


def test_later_rows_are_judged_by_all_earlier_ones():
    """300 moments: the first 120 only teach, and three stretches of 60 follow."""
    time = np.random.default_rng(0).permutation(300)
    folds = forward_folds(time, 3)
    assert [(len(a), len(b)) for a, b in folds] == [(120, 60), (180, 60), (240, 60)]
    for taught, judged in folds:
        assert time[taught].max() < time[judged].min()


def test_rows_of_one_moment_are_not_parted_and_short_stretches_say_nothing():
    time = np.repeat(np.arange(4), 50)
    for taught, judged in forward_folds(time, 3):
        assert not set(time[taught]) & set(time[judged])
    assert forward_folds(np.arange(20), 3) == []
    assert forward_folds(np.arange(300), 0) == []
    assert forward_folds(np.zeros(300), 2) == []
