import numpy as np
import pytest

from value.money.forward_in_time import forward_answers
from value.money.output import Output

ONE = Output("one", {"a": 1.0})
COLUMNS = {"a": np.array([np.nan, 1.0, 1.0, 1.0, 1.0])}
TRUTH = np.array([9.0, 1.0, 1.0, 3.0, 3.0])
FOLDS = [(np.array([0]), np.array([1, 2])), (np.array([0, 1, 2]), np.array([3, 4]))]


def test_the_level_is_that_of_all_later_rows():
    """Promised 4, true 8; the row that only teaches does not count."""
    assert forward_answers(COLUMNS, TRUTH, FOLDS).level(ONE, "expected_value").factor == 2


def test_each_stretch_is_answered_at_the_level_of_the_others():
    later = forward_answers(COLUMNS, TRUTH, FOLDS)
    assert later.answers(ONE, "expected_value").tolist() == [3, 3, 1, 1]
    alone = forward_answers(COLUMNS, TRUTH, FOLDS[:1])
    assert alone.answers(ONE, "expected_value").tolist() == [1, 1]


def test_what_is_told_of_it():
    about = forward_answers(COLUMNS, TRUTH, FOLDS).about({"expected_value": ONE})
    assert about["rows"] == 4
    assert about["before_levels"]["expected_value"]["mae"] == 1
    assert [part["expected_value"]["ratio"] for part in about["by_fold"]] == pytest.approx([1, 1 / 3])
