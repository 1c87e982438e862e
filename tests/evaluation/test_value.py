import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import r2_score

from evaluation.value import METRICS, decile_table, normalised_gini, spearman, tie_means, value_metrics

MONEY = st.lists(st.integers(0, 50), min_size=2, max_size=40)


def test_sizes_and_levels_worked_by_hand():
    """Errors 1, -1, 2, -2 of truths 0, 1, 2, 9."""
    found = value_metrics([0, 1, 2, 9], [1, 0, 4, 7])
    assert found["mse"] == (1 + 1 + 4 + 4) / 4
    assert found["rmse"] == pytest.approx(np.sqrt(2.5))
    assert found["rmse_trim"] == pytest.approx(np.sqrt(2))  # without the 9
    assert found["mae"] == 1.5
    assert found["r2"] == pytest.approx(1 - 10 / 50)  # squares about the mean 3: 9, 4, 1, 36
    assert found["ratio"] == 1.0
    logs = np.log([2 / 1, 1 / 2, 5 / 3, 8 / 10])
    assert found["rmsle"] == pytest.approx(np.sqrt((logs**2).mean()))
    assert found["auc"] == pytest.approx(2 / 3)  # the 0 stands below 4 and 7, above 0
    assert tuple(found) == METRICS


def test_order_worked_by_hand():
    """By prediction 7, 4, 1, 0: true shares 9/12, 2/12, 0, 1/12; the best order has 9, 2, 1, 0."""
    found = value_metrics([0, 1, 2, 9], [1, 0, 4, 7])
    mine = 2 * (9 + 11 + 11 + 12) / 12 / 4 - 1
    best = 2 * (9 + 11 + 12 + 12) / 12 / 4 - 1
    assert found["ngini"] == pytest.approx(mine / best)
    assert found["spearman"] == pytest.approx(1 - 6 * 2 / (4 * 15))  # two neighbours have changed places
    assert found["top10"] == pytest.approx(9 / 12)


def test_ties_share_their_mean():
    assert tie_means(np.array([0.0, 4, 1]), np.array([2.0, 2, 3])).tolist() == [2, 2, 1]
    forth = value_metrics([5, 0, 1, 2], [3, 3, 1, 1])
    back = value_metrics([0, 5, 2, 1], [3, 3, 1, 1])
    assert {n: forth[n] for n in ("ngini", "top10", "dwmape", "auc")} == {
        n: back[n] for n in ("ngini", "top10", "dwmape", "auc")
    }
    assert forth["top10"] == pytest.approx(2.5 / 8)


def test_all_zeros_are_worth_what_value_md_says():
    truth = np.arange(1000.0)
    found = value_metrics(truth, np.zeros(1000))
    assert found["ngini"] == pytest.approx(0, abs=0.004)
    assert (found["spearman"], found["dwmape"], found["ratio"]) == (0, 1, 0)
    assert found["top10"] == pytest.approx(0.1)


def test_deciles_worked_by_hand():
    """Twenty rows, two a part: truth is the prediction but for the last part, promised 18.5 and worth 37."""
    predicted = np.arange(20.0)
    truth = np.where(predicted >= 18, 2 * predicted, predicted)
    table = decile_table(truth, predicted)
    assert [part["rows"] for part in table] == [2] * 10
    assert table[0] == {"rows": 2, "predicted": 0.5, "true": 0.5}
    assert table[9] == {"rows": 2, "predicted": 18.5, "true": 37.0}
    assert value_metrics(truth, predicted)["dwmape"] == pytest.approx(18.5 / (sum(p["true"] for p in table)))


def test_what_is_not_defined_is_null():
    assert set(value_metrics([], []).values()) == {None}
    constant = value_metrics([2, 2], [1, 2])
    assert (constant["r2"], constant["spearman"], constant["ngini"], constant["auc"]) == (None,) * 4
    assert value_metrics([0, 0], [1, 2])["auc"] is None
    assert value_metrics([0, 0], [1, 2])["ratio"] is None
    assert value_metrics([5, 1], [1, 2])["auc"] is None  # all buy


def test_the_trim_leaves_the_thousandth_rounded_up_out():
    truth = np.r_[np.zeros(1998), 100.0, 200.0]
    assert value_metrics(truth, np.zeros(2000))["rmse_trim"] == 0
    assert value_metrics(np.r_[0.0, truth], np.zeros(2001))["rmse_trim"] == 0


@pytest.mark.parametrize(
    ("truth", "predicted", "says"),
    [
        ([1.0], [1.0, 2.0], "`predicted` must have the shape"),
        ([-1.0], [1.0], "`truth` must be 0 or more, got -1"),
        ([1.0], [np.nan], "must be finite"),
    ],
)
def test_what_cannot_be_measured_is_refused(truth, predicted, says):
    with pytest.raises(ValueError, match=says):
        value_metrics(truth, predicted)


@given(MONEY, st.randoms(use_true_random=False))
def test_against_other_programs(truth, dice):
    truth = np.array(truth, float)
    predicted = np.array([float(dice.randint(0, 9)) for _ in truth])
    found = value_metrics(truth, predicted)
    if truth.min() < truth.max():
        assert found["r2"] == pytest.approx(r2_score(truth, predicted))
        if predicted.min() < predicted.max():
            assert spearman(truth, predicted) == pytest.approx(spearmanr(truth, predicted).statistic)
        assert normalised_gini(truth, truth) == pytest.approx(1)
        assert normalised_gini(truth, predicted) <= 1 + 1e-12


@given(MONEY, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_of_ties_does_not_matter(truth, dice):
    truth = np.array(truth, float)
    predicted = np.array([float(dice.randint(0, 4)) for _ in truth])
    order = np.array(dice.sample(range(len(truth)), len(truth)))
    one, other = value_metrics(truth, predicted), value_metrics(truth[order], predicted[order])
    for name in METRICS:
        assert one[name] == (None if other[name] is None else pytest.approx(other[name])), name
