import numpy as np
import pytest
from sklearn import metrics

from evaluation.classification import (
    at_threshold,
    best_threshold,
    calibration_curve,
    class_report,
    expected_calibration_error,
    probability_measures,
)

TRUTH = [0, 0, 1, 1]
P = [0.1, 0.4, 0.35, 0.8]
DICE = np.random.default_rng(1)
MANY = DICE.random(500).round(2)
CAME = (DICE.random(500) < MANY).astype(int)


def test_measures_worked_by_hand():
    found = probability_measures(TRUTH, P)
    assert (found["rows"], found["positives"]) == (4, 2)
    assert found["roc_auc"] == 0.75  # three of four pairs in order
    assert found["average_precision"] == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert found["brier"] == pytest.approx((0.01 + 0.16 + 0.4225 + 0.04) / 4)
    assert found["log_loss"] == pytest.approx(-np.log([0.9, 0.6, 0.35, 0.8]).mean())
    assert found["at_half"] == {"threshold": 0.5, "precision": 1.0, "recall": 0.5, "f1": pytest.approx(2 / 3)}


def test_the_best_threshold_worked_by_hand():
    assert best_threshold(TRUTH, P) == 0.35  # two of three are right, none is missed: F1 0.8
    assert at_threshold(TRUTH, P, 0.35)["f1"] == pytest.approx(0.8)


def test_of_equally_good_thresholds_the_highest():
    assert best_threshold([1, 0, 0, 1], [0.9, 0.5, 0.4, 0.3]) == 0.9
    assert best_threshold([0, 0, 0], [0.9, 0.5, 0.4]) is None


def test_the_best_threshold_is_the_best():
    found = best_threshold(CAME, MANY)
    by_hand = {t: metrics.f1_score(CAME, t <= MANY) for t in np.unique(MANY)}
    assert at_threshold(CAME, MANY, found)["f1"] == pytest.approx(max(by_hand.values()))


def test_the_curve_worked_by_hand():
    curve = calibration_curve(TRUTH, P, bins=2)
    assert curve == [
        {"low": 0.1, "high": 0.35, "count": 2, "promised": pytest.approx(0.225), "came_true": 0.5},
        {"low": 0.4, "high": 0.8, "count": 2, "promised": pytest.approx(0.6), "came_true": 0.5},
    ]
    assert expected_calibration_error(TRUTH, P, bins=2) == pytest.approx(0.5 * 0.275 + 0.5 * 0.1)


def test_equal_probabilities_share_a_bin():
    curve = calibration_curve([0, 1, 0, 0, 1, 1], [0.2, 0.2, 0.2, 0.2, 0.2, 0.7], bins=3)
    assert [(b["low"], b["count"]) for b in curve] == [(0.2, 5), (0.7, 1)]
    assert [b["came_true"] for b in curve] == [0.4, 1.0]


def test_the_order_of_rows_does_not_matter():
    mixed = np.random.default_rng(2).permutation(len(MANY))
    one, other = probability_measures(CAME, MANY), probability_measures(CAME[mixed], MANY[mixed])
    for name in ("roc_auc", "average_precision", "brier", "log_loss", "ece"):
        assert other[name] == pytest.approx(one[name])
    assert calibration_curve(CAME[mixed], MANY[mixed]) == calibration_curve(CAME, MANY)


@pytest.mark.parametrize(
    ("truth", "p", "null"),
    [
        ([], [], {"roc_auc", "average_precision", "brier", "log_loss", "ece"}),
        ([0, 0], [0.2, 0.7], {"roc_auc", "average_precision"}),
        ([1, 1], [0.2, 0.7], {"roc_auc"}),
    ],
)
def test_what_is_undefined_is_null(truth, p, null):
    found = probability_measures(truth, p)
    assert {name for name, value in found.items() if value is None} == null


def test_a_decision_that_says_nothing():
    assert at_threshold([0, 1], [0.1, 0.2], 0.5) == {"threshold": 0.5, "precision": None, "recall": 0.0, "f1": 0.0}
    assert at_threshold([0, 0], [0.1, 0.9], 0.5) == {"threshold": 0.5, "precision": 0.0, "recall": None, "f1": None}
    assert at_threshold([0, 1], [0.1, 0.9], None)["f1"] is None


def test_three_classes_against_scikit_learn():
    truth = DICE.integers(0, 3, 200)
    p = DICE.dirichlet([1, 1, 1], 200)
    found = class_report(truth, p, ["a", "b", "c"])
    theirs = metrics.classification_report(truth, p.argmax(axis=1), output_dict=True, target_names=["a", "b", "c"])
    assert found["accuracy"] == pytest.approx(theirs["accuracy"])
    assert found["macro_f1"] == pytest.approx(theirs["macro avg"]["f1-score"])
    assert found["by_class"]["b"]["recall"] == pytest.approx(theirs["b"]["recall"])
    assert found["by_class"]["c"]["rows"] == theirs["c"]["support"]
    assert found["roc_auc"] == pytest.approx(metrics.roc_auc_score(truth, p, multi_class="ovr"))
    assert found["brier"] == pytest.approx(metrics.brier_score_loss(truth, p, scale_by_half=False))


def test_two_classes_are_measured_by_the_second():
    p = np.array(P)
    found = class_report(np.array(TRUTH), np.c_[1 - p, p], ["no", "yes"])
    assert (found["roc_auc"], found["accuracy"], found["rows"]) == (0.75, 0.75, 4)
    assert found["brier"] == pytest.approx(probability_measures(TRUTH, P)["brier"])
    assert found["by_class"]["yes"] == {"precision": 1.0, "recall": 0.5, "f1": pytest.approx(2 / 3), "rows": 2}


def test_a_class_without_rows_and_no_rows_at_all():
    found = class_report(np.array([0, 1]), np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1]]), ["a", "b", "c"])
    assert found["by_class"]["c"] == {"precision": 0.0, "recall": None, "f1": None, "rows": 0}
    assert (found["macro_f1"], found["roc_auc"]) == (1.0, 1.0)
    assert class_report(np.zeros(0, int), np.zeros((0, 2)), ["a", "b"])["accuracy"] is None
