"""What promises of lifetime value are worth: the measures of value, and those of many rows that bring nothing."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score

from evaluation.value import TRIMMED, Floats, top_share, value_metrics

TOPS = (0.01, 0.05)
Metrics = dict[str, float | None]


def lifetime_metrics(truth: npt.ArrayLike, predicted: npt.ArrayLike) -> Metrics:
    """All measures of `evaluation.value.value_metrics`, and more.

    Parameters
    ----------
    truth
        Money a row, 0 or more; shape (rows,).
    predicted
        What was promised; shape (rows,).

    Returns
    -------
    dict
        Beside the measures of value: ap (average precision of telling who brings anything), zero_rate and
        true_zero_rate (shares of rows that are promised, or bring, nothing), top1 and top5 (share of the true sum in
        the hundredth, the twentieth of the rows with the largest promises; ties count as their mean), log_ratio
        (|log(promised / true sum)|), and `<measure>_trim` of ngini, spearman, mae, rmsle, r2 and ratio: without the
        0.1 % of the rows that bring most. Null where a measure is not defined.
    """
    found = value_metrics(truth, predicted)
    y, p = np.asarray(truth, np.float64), np.asarray(predicted, np.float64)
    if not len(y):
        return {**found, **dict.fromkeys((*_OWN, *_TRIM))}
    kept = _without_largest(y)
    trimmed = value_metrics(y[kept], p[kept])
    ratio = found["ratio"]
    return {
        **found,
        "ap": float(average_precision_score(y > 0, p)) if (y > 0).any() else None,
        "zero_rate": float(np.mean(p == 0)),
        "true_zero_rate": float(np.mean(y == 0)),
        **{f"top{round(100 * share)}": top_share(y, p, share) for share in TOPS},
        "log_ratio": None if ratio is None or ratio <= 0 else float(abs(np.log(ratio))),
        **{f"{name}_trim": trimmed[name] for name in _TRIMMED},
    }


def order_violations(by_horizon: Sequence[npt.ArrayLike]) -> int:
    """How many promises fall below that of a shorter horizon for the same row."""
    promised = [np.asarray(one, np.float64) for one in by_horizon]
    return sum(int((after < before).sum()) for before, after in pairwise(promised))


def _without_largest(truth: Floats) -> npt.NDArray[np.bool_]:
    kept = np.ones(len(truth), np.bool_)
    kept[np.argsort(-truth, kind="stable")[: int(np.ceil(len(truth) * TRIMMED))]] = False
    return kept


_TRIMMED = ("ngini", "spearman", "mae", "rmsle", "r2", "ratio")
_OWN = ("ap", "zero_rate", "true_zero_rate", "top1", "top5", "log_ratio")
_TRIM = tuple(f"{name}_trim" for name in _TRIMMED)
