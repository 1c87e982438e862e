"""Probabilities of classes looked at from all sides: honesty, decisions, order."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from evaluation.classification import calibration_curve, expected_calibration_error
from evaluation.gains import gains

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
POINTS = 60


def class_study(truth: Labels, probabilities: Floats, classes: Sequence[str]) -> dict[str, Any]:
    """What charts and tables of a classifier are made of.

    Parameters
    ----------
    truth
        A class's number a row; shape (rows,).
    probabilities
        Shape (rows, classes).
    classes
        Their names.

    Returns
    -------
    dict
        rows; confusion: a row a pair of true and called class (the likeliest), with rows and share (of the true
        class's rows, null without any); by_class: class -> positives, ece, calibration (see
        `evaluation.classification.calibration_curve`), roc, precision (see `roc_points`, `precision_points`; empty
        where the class is missing or alone) and gains (see `evaluation.gains.gains`, of rows of the class in place of
        money). Of two classes the second alone, since the other is its mirror.
    """
    sides = range(1, 2) if len(classes) == 2 else range(len(classes))
    by_class = {classes[n]: _side((truth == n).astype(np.int64), probabilities[:, n]) for n in sides}
    called = probabilities.argmax(axis=1)
    return {"rows": len(truth), "confusion": confusion(truth, called, classes), "by_class": by_class}


def confusion(truth: Labels, called: Labels, classes: Sequence[str]) -> list[dict[str, Any]]:
    """How many rows of each class were called each class: true, called, rows, share."""
    size = len(classes)
    table = np.bincount(truth * size + called, minlength=size**2).reshape(size, size)
    return [
        {
            "true": classes[t],
            "called": classes[c],
            "rows": int(table[t, c]),
            "share": float(table[t, c] / table[t].sum()) if table[t].any() else None,
        }
        for t in range(size)
        for c in range(size)
    ]


def roc_points(truth: Labels, chance: Floats) -> list[dict[str, float]]:
    """The ROC curve (Fawcett 2006): false_positives and true_positives as shares, at `POINTS` thresholds or fewer."""
    false, true, _ = metrics.roc_curve(truth, chance)
    kept = _some(false + true)
    return [
        {"false_positives": float(f), "true_positives": float(t)} for f, t in zip(false[kept], true[kept], strict=True)
    ]


def precision_points(truth: Labels, chance: Floats) -> list[dict[str, float]]:
    """Precision by recall (Davis, Goadrich 2006), at `POINTS` thresholds or fewer, lowest recall first."""
    precision, recall, _ = metrics.precision_recall_curve(truth, chance)
    precision, recall = precision[-2::-1], recall[-2::-1]  # without the point that no row makes
    some = recall > 0
    precision, recall = precision[some], recall[some]
    kept = _some(recall)
    return [{"recall": float(r), "precision": float(p)} for r, p in zip(recall[kept], precision[kept], strict=True)]


def _side(truth: Labels, chance: Floats) -> dict[str, Any]:
    both = 0 < truth.sum() < len(truth)
    return {
        "positives": int(truth.sum()),
        "ece": expected_calibration_error(truth, chance),
        "calibration": calibration_curve(truth, chance),
        "roc": roc_points(truth, chance) if both else [],
        "precision": precision_points(truth, chance) if both else [],
        "gains": gains(truth, chance),
    }


def _some(rising: Floats) -> Labels:
    """Places of some points of a rising line, evenly along it, both ends among them."""
    wanted = np.linspace(rising[0], rising[-1], POINTS)
    return np.unique(np.r_[0, np.searchsorted(rising, wanted), len(rising) - 1]).clip(max=len(rising) - 1)
