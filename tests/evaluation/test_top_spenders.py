import numpy as np
import pytest

from evaluation.top_spenders import top_found, within_top


def test_two_of_ten_looked_for_among_five():
    truth = np.array([0.0, 9, 0, 7, 0, 1, 0, 0, 0, 0])
    said = np.array([5.0, 6, 4, 1, 3, 2, 0, 0, 0, 0])
    assert top_found(truth, said, 0.2, 0.2) == {"recall": 0.5, "precision": 0.5}
    assert top_found(truth, said, 0.2, 0.5) == {"recall": 0.5, "precision": 0.2}
    assert top_found(truth, said, 0.2, 0.6) == {"recall": 1.0, "precision": pytest.approx(1 / 3)}


def test_equal_rows_count_by_the_chance_to_be_within():
    assert within_top(np.array([3.0, 1, 1, 0]), 2).tolist() == [1, 0.5, 0.5, 0]
    truth = np.array([4.0, 0, 0, 0])
    assert top_found(truth, np.ones(4), 0.25, 0.5) == {"recall": 0.5, "precision": 0.25}


def test_who_brings_nothing_is_no_spender():
    truth = np.array([2.0, 0, 0, 0])
    assert top_found(truth, truth, 0.75, 0.25)["recall"] == 1.0
    assert top_found(np.zeros(3), np.ones(3)) == {"recall": None, "precision": None}


def test_lengths_that_differ_are_told():
    with pytest.raises(ValueError, match="shape of `truth`"):
        top_found(np.ones(2), np.ones(3))
