import numpy as np
import pytest

from evaluation.lifetime import lifetime_metrics, order_violations
from evaluation.value import top_share


def test_measures_by_hand():
    truth, said = np.array([0.0, 0, 0, 10]), np.array([0.0, 1, 0, 4])
    found = lifetime_metrics(truth, said)
    assert (found["ap"], found["zero_rate"], found["true_zero_rate"]) == (1.0, 0.5, 0.75)
    assert found["ratio"] == 0.5
    assert found["log_ratio"] == pytest.approx(np.log(2))
    assert found["mae"] == pytest.approx(7 / 4)
    assert found["mae_trim"] == pytest.approx(1 / 3)  # without the row that brought 10
    assert found["ratio_trim"] is None


def test_the_top_of_rows_that_tie_is_their_mean():
    truth = np.array([0.0, 4.0] + [0.0] * 18)
    assert top_share(truth, np.array([2.0, 2.0] + [1.0] * 18), 0.05) == pytest.approx(0.5)
    assert top_share(truth, np.arange(20.0), 0.05) == 0.0
    assert top_share(np.zeros(3), np.zeros(3), 0.5) is None


def test_order_is_counted_row_by_row():
    assert order_violations([[1.0, 2], [1.0, 1], [0.5, 3]]) == 2
    assert order_violations([[1.0, 2]]) == 0


def test_without_rows_nothing_is_defined():
    assert set(lifetime_metrics([], []).values()) == {None}
    assert lifetime_metrics([0.0, 0.0], [0.0, 0.0])["ap"] is None
