"""Measures of order of rows that count several times, by hand and against those of rows written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from evaluation.counted_rows import OrderedRows
from evaluation.value import normalised_gini, top_share

ONCE = np.ones(4)
TRUTH = np.array([0.0, 0.0, 10.0, 30.0])


def test_the_order_by_hand():
    rows = OrderedRows(TRUTH, np.array([1.0, 2.0, 3.0, 4.0]))
    assert rows.gini(ONCE) == pytest.approx(2 * (0.75 + 1 + 1 + 1) / 4 - 1)
    assert rows.top_share(ONCE, 0.25) == 0.75
    assert rows.top_share(ONCE, 0.5) == 1.0
    assert rows.top_share(np.array([0.0, 0.0, 2.0, 1.0]), 0.67) == pytest.approx(40 / 50)  # two of three rows


def test_rows_of_equal_prediction_count_as_their_mean():
    rows = OrderedRows(TRUTH, np.full(4, 7.0))
    assert rows.gini(ONCE) == pytest.approx(2 * (0.25 + 0.5 + 0.75 + 1) / 4 - 1)
    assert rows.top_share(ONCE, 0.25) == 0.25


def test_classes_by_hand():
    # ones at .9 and .3, zeros at .6 and .3: of four pairs 2 are right, and 1 is a tie
    rows = OrderedRows(np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.6, 0.3, 0.3]))
    assert rows.area(ONCE) == (2 + 0.5) / 4
    assert rows.average_precision(ONCE) == pytest.approx((1 + 2 / 4) / 2)
    assert rows.area(np.array([2.0, 0.0, 0.0, 1.0])) == 1.0


def test_what_is_not_defined_is_nan():
    rows = OrderedRows(np.zeros(4), np.arange(4.0))
    measured = (rows.gini(ONCE), rows.top_share(ONCE, 0.5), rows.area(ONCE), rows.average_precision(ONCE))
    assert np.isnan(measured).all()


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=12).filter(
        lambda rows: len({truth for truth, _, times in rows if times}) > 1
    )
)
def test_rows_that_count_several_times_are_rows_written_out(rows):
    truth, said, times = (np.array(column) for column in zip(*rows, strict=True))
    y, p = np.repeat(truth, times).astype(float), np.repeat(said, times).astype(float)
    counted, best = OrderedRows(truth * 1.0, said * 1.0), OrderedRows(truth * 1.0, truth * 1.0)
    w = times.astype(float)
    assert counted.gini(w) / best.gini(w) == pytest.approx(normalised_gini(y, p))
    assert counted.top_share(w, 0.3) == pytest.approx(top_share(y, p, 0.3))
    ones = OrderedRows((truth > 1) * 1.0, said * 1.0)
    if 0 < (y > 1).sum() < len(y):
        assert ones.area(w) == pytest.approx(roc_auc_score(y > 1, p))
        assert ones.average_precision(w) == pytest.approx(average_precision_score(y > 1, p))
