"""Intervals around classifiers' measures."""

import numpy as np
import pytest

from evaluation.class_intervals import MEASURES, class_intervals, class_shares
from evaluation.classification import class_report

TWO = np.array([0, 0, 1, 1, 0])
CHANCES = np.array([0.1, 0.6, 0.7, 0.4, 0.2])
SAID = np.column_stack([1 - CHANCES, CHANCES])


def test_class_shares_are_those_of_the_rows():
    assert class_shares(TWO, 3).tolist() == [[0.6, 0.4, 0.0]] * 5


@pytest.mark.parametrize("classes", [2, 3])
def test_values_are_those_of_the_report(classes):
    dice = np.random.default_rng(classes)
    truth, raw = dice.integers(0, classes, 60), dice.random((60, classes))
    said = raw / raw.sum(axis=1, keepdims=True)
    names = [str(n) for n in range(classes)]
    answers = {"shares": class_shares(truth, classes), "best": said}
    told = class_intervals(truth, answers, "best", np.arange(60), resamples=40)
    for name, p in answers.items():
        report = class_report(truth, p, names)
        for measure in MEASURES:
            one = told["measures"][name][measure]
            assert one["value"] == pytest.approx(report[measure])
            if name == "best":
                assert one["low"] <= one["value"] <= one["high"]
    apart = told["differences"]["shares"]["log_loss"]
    ours, other = (told["measures"][name]["log_loss"]["value"] for name in ("best", "shares"))
    assert apart["value"] == pytest.approx(ours - other)


def test_by_hand():
    told = class_intervals(TWO, {"one": SAID}, "one", np.zeros(5), resamples=3)
    one = told["measures"]["one"]
    assert one["accuracy"]["value"] == 0.6  # the second and the fourth are called wrong
    assert one["roc_auc"]["value"] == 5 / 6
    assert one["brier"]["value"] == pytest.approx((0.01 + 0.36 + 0.09 + 0.36 + 0.04) / 5)
    assert one["macro_f1"]["value"] == pytest.approx((4 / 6 + 2 / 4) / 2)
    assert (told["groups"], told["differences"]) == (1, {})
    assert one["accuracy"]["low"] == one["accuracy"]["high"] == 0.6


def test_a_draw_that_lacks_a_class_is_left_out_where_it_is_needed():
    told = class_intervals(np.array([0, 1]), {"one": SAID[:2]}, "one", np.arange(2), resamples=40)["measures"]["one"]
    assert told["roc_auc"]["low"] == told["roc_auc"]["high"] == 1.0
    assert told["accuracy"]["low"] == 1.0
