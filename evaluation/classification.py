"""What probabilities of an action are worth: ranking, decisions at a threshold, and honesty (calibration)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn import metrics

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
HALF = 0.5
BINS = 10


def probability_measures(
    truth: npt.ArrayLike, probabilities: npt.ArrayLike, thresholds: Mapping[str, float | None] | None = None
) -> dict[str, Any]:
    """All measures of the probabilities of one event.

    Parameters
    ----------
    truth
        0 or 1 a row.
    probabilities
        Of a 1.
    thresholds
        Named thresholds from which on a row is called a 1; 0.5 as `at_half` if not given. Another one must come
        from other rows (see `best_threshold`).

    Returns
    -------
    dict
        rows, positives, roc_auc, average_precision, brier, log_loss, ece, curve (see `calibration_curve`), and under
        each threshold's name what `at_threshold` gives. Null where there are no rows, or a class is missing that the
        measure needs.
    """
    y, p = np.asarray(truth).astype(np.int64), np.asarray(probabilities, dtype=np.float64)
    positives, both = int(y.sum()), 0 < y.sum() < len(y)
    named = {"at_half": HALF} if thresholds is None else thresholds
    return {
        "rows": len(y),
        "positives": positives,
        "roc_auc": float(metrics.roc_auc_score(y, p)) if both else None,
        "average_precision": float(metrics.average_precision_score(y, p)) if positives else None,
        "brier": float(metrics.brier_score_loss(y, p, labels=[0, 1])) if len(y) else None,
        "log_loss": float(metrics.log_loss(y, p, labels=[0, 1])) if len(y) else None,
        "ece": expected_calibration_error(y, p),
        **{name: at_threshold(y, p, threshold) for name, threshold in named.items()},
        "curve": calibration_curve(y, p),
    }


def at_threshold(truth: npt.ArrayLike, probabilities: npt.ArrayLike, threshold: float | None) -> dict[str, Any]:
    """Precision, recall and F1 of calling every row a 1 whose probability reaches the threshold.

    Returns
    -------
    dict
        threshold, precision, recall, f1. Recall and F1 are null without a positive row, precision where no row is
        called, all of them without a threshold.
    """
    y, p = np.asarray(truth).astype(np.int64), np.asarray(probabilities, dtype=np.float64)
    if threshold is None or not len(y):
        return {"threshold": threshold, "precision": None, "recall": None, "f1": None}
    called = p >= threshold
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(y, called, average="binary", zero_division=0.0)
    return {
        "threshold": threshold,
        "precision": float(precision) if called.any() else None,
        "recall": float(recall) if y.any() else None,
        "f1": float(f1) if y.any() else None,
    }


def best_threshold(truth: npt.ArrayLike, probabilities: npt.ArrayLike) -> float | None:
    """The threshold with the best F1, the highest of equals; null without a positive row.

    To be found on validation rows and used on others.
    """
    y, p = np.asarray(truth).astype(np.int64), np.asarray(probabilities, dtype=np.float64)
    if not y.any():
        return None
    precision, recall, thresholds = metrics.precision_recall_curve(y, p)
    both = precision[:-1] + recall[:-1]
    f1 = 2 * precision[:-1] * recall[:-1] / np.where(both > 0, both, 1.0)
    return float(thresholds[len(f1) - 1 - f1[::-1].argmax()])


def calibration_curve(truth: npt.ArrayLike, probabilities: npt.ArrayLike, bins: int = BINS) -> list[dict[str, float]]:
    """What was promised beside what came true, in bins of about equal counts.

    Equal counts and not equal widths, since actions are rare: nine rows of ten would fall into one bin. Equal
    probabilities are never parted, so there may be fewer bins.

    Returns
    -------
    list
        A dictionary a bin, lowest first: low, high, count, promised (mean probability), came_true (share of ones).
    """
    y, p = np.asarray(truth).astype(np.int64), np.asarray(probabilities, dtype=np.float64)
    if not len(y):
        return []
    edges = np.unique(np.quantile(p, np.linspace(0, 1, bins + 1)[1:-1], method="lower"))
    number = np.searchsorted(edges, p, side="left")
    inside = [number == n for n in np.unique(number)]
    return [
        {
            "low": float(p[rows].min()),
            "high": float(p[rows].max()),
            "count": int(rows.sum()),
            "promised": float(np.sort(p[rows]).mean()),
            "came_true": float(y[rows].mean()),
        }
        for rows in inside
    ]


def expected_calibration_error(truth: npt.ArrayLike, probabilities: npt.ArrayLike, bins: int = BINS) -> float | None:
    """Mean distance between promised and came true over the bins of `calibration_curve`, by their counts.

    Naeini, Cooper, Hauskrecht 2015, with bins of equal counts; null without rows.
    """
    curve = calibration_curve(truth, probabilities, bins)
    rows = sum(b["count"] for b in curve)
    return sum(b["count"] * abs(b["promised"] - b["came_true"]) for b in curve) / rows if rows else None


def class_report(truth: Labels, probabilities: Floats, classes: Sequence[str]) -> dict[str, Any]:
    """The classification report of two or more classes; the likeliest class is the prediction.

    Parameters
    ----------
    truth
        A class's number a row.
    probabilities
        A column a class.
    classes
        Their names.

    Returns
    -------
    dict
        rows, accuracy, log_loss, brier (summed over classes where there are more than two), roc_auc and
        average_precision (of the second of two classes; else one class against the rest, mean over the classes
        present), macro_f1, and by_class: precision, recall, f1, rows. Null where undefined.
    """
    numbers = list(range(len(classes)))
    if not len(truth):
        nothing = dict.fromkeys(("accuracy", "log_loss", "brier", "roc_auc", "average_precision", "macro_f1"))
        return {"rows": 0, **nothing, "by_class": {}}
    predicted = probabilities.argmax(axis=1)
    columns = metrics.precision_recall_fscore_support(truth, predicted, labels=numbers, zero_division=0.0)
    by_class = {
        name: {"precision": float(p), "recall": float(r) if n else None, "f1": float(f) if n else None, "rows": int(n)}
        for name, p, r, f, n in zip(classes, *columns, strict=True)
    }
    f1s = [one["f1"] for one in by_class.values() if one["f1"] is not None]
    apart = [(truth == n).astype(np.float64) for n in numbers]
    squares = float(np.mean((np.array(apart).T - probabilities) ** 2)) * len(classes)
    ones = numbers[1:] if len(classes) == 2 else numbers
    sides = [probability_measures(apart[n], probabilities[:, n]) for n in ones]
    return {
        "rows": len(truth),
        "accuracy": float((predicted == truth).mean()),
        "log_loss": float(metrics.log_loss(truth, probabilities, labels=numbers)),
        "brier": squares / 2 if len(classes) == 2 else squares,
        "roc_auc": _mean([side["roc_auc"] for side in sides]),
        "average_precision": _mean([side["average_precision"] for side in sides]),
        "macro_f1": _mean(f1s),
        "by_class": by_class,
    }


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
