"""Classes from all sides, on a few rows."""

import numpy as np
import pytest

from evaluation.class_study import POINTS, class_study, confusion, precision_points, roc_points

TRUTH = np.array([0, 0, 1, 1])
CHANCE = np.array([0.1, 0.6, 0.7, 0.4])


def test_confusion_by_hand():
    found = confusion(TRUTH, np.array([0, 1, 1, 0]), ["no", "yes"])
    assert [(row["true"], row["called"], row["rows"], row["share"]) for row in found] == [
        ("no", "no", 1, 0.5),
        ("no", "yes", 1, 0.5),
        ("yes", "no", 1, 0.5),
        ("yes", "yes", 1, 0.5),
    ]
    assert confusion(np.array([0]), np.array([0]), ["no", "yes"])[2]["share"] is None


def test_curves_by_hand():
    # by chance: yes (.7), no (.6), yes (.4), no (.1)
    points = [(row["false_positives"], row["true_positives"]) for row in roc_points(TRUTH, CHANCE)]
    assert points == [(0.0, 0.0), (0.0, 0.5), (0.5, 0.5), (0.5, 1.0), (1.0, 1.0)]
    points = [(row["recall"], row["precision"]) for row in precision_points(TRUTH, CHANCE)]
    assert points[0] == (0.5, 1.0)
    assert points[-1] == (1.0, pytest.approx(0.5))


def test_a_curve_has_few_points_and_both_ends():
    dice = np.random.default_rng(0)
    truth, chance = dice.integers(0, 2, 5000), dice.random(5000)
    roc, precision = roc_points(truth, chance), precision_points(truth, chance)
    assert max(len(roc), len(precision)) <= POINTS + 2
    assert (roc[0]["false_positives"], roc[-1]["true_positives"]) == (0.0, 1.0)
    assert precision[-1]["recall"] == 1.0
    assert [row["recall"] for row in precision] == sorted(row["recall"] for row in precision)


def test_of_two_classes_the_second_is_told():
    found = class_study(TRUTH, np.column_stack([1 - CHANCE, CHANCE]), ["no", "yes"])
    assert (found["rows"], list(found["by_class"])) == (4, ["yes"])
    side = found["by_class"]["yes"]
    assert (side["positives"], side["gains"][-1]["captured"]) == (2, 1.0)
    assert side["ece"] == pytest.approx((0.1 + 0.6 + 0.6 + 0.3) / 4)


def test_a_class_that_is_missing_has_no_curve():
    said = np.array([[0.5, 0.4, 0.1], [0.2, 0.7, 0.1]])
    found = class_study(np.array([0, 1]), said, ["a", "b", "c"])["by_class"]
    assert list(found) == ["a", "b", "c"]
    assert (found["c"]["roc"], found["c"]["precision"], found["c"]["gains"]) == ([], [], [])
