"""What predictions of money are worth: their order, their size, and their level."""

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata
from sklearn.metrics import roc_auc_score

Floats = npt.NDArray[np.float64]
DECILES = 10
TRIMMED = 0.001  # share of the rows, those of the largest true values, that `rmse_trim` leaves out
METRICS = (
    "ngini",
    "spearman",
    "mse",
    "rmse",
    "rmse_trim",
    "mae",
    "rmsle",
    "r2",
    "dwmape",
    "top10",
    "ratio",
    "auc",
)
RISING = ("ngini", "spearman", "r2", "top10", "auc")  # more is better; of the others less, and of `ratio` 1


def value_metrics(truth: npt.ArrayLike, predicted: npt.ArrayLike) -> dict[str, float | None]:
    """All measures of predicted values.

    Parameters
    ----------
    truth
        Money a row, 0 or more; shape (rows,).
    predicted
        What was said of them, in the same unit; shape (rows,).

    Returns
    -------
    dict
        `METRICS`. Order: ngini, spearman, top10 (share of the true sum in the tenth of the rows with the largest
        predictions), auc (of telling rows above 0 from rows of 0). Size: mse, rmse, rmse_trim (without the 0.1 % of
        the rows that are truly largest), mae, rmsle (predictions below 0 count as 0), r2. Level: dwmape (over deciles
        by prediction, the distance between mean prediction and mean truth, over the sum of mean truths), ratio
        (predicted over true sum). In measures of order rows of equal prediction all count as their mean, so that ties
        neither help nor harm. Null without rows, or where a measure is not defined: r2 and spearman of a constant
        truth, shares of a sum of 0, auc where all rows or none are above 0.

    Raises
    ------
    ValueError
        If the lengths differ, a value is not finite, or a truth lies below 0.
    """
    y, p = _checked(truth, predicted)
    if not len(y):
        return dict.fromkeys(METRICS)
    error = p - y
    kept = _without_largest(y, error)
    mse = float(np.mean(error**2))
    spread = float(np.mean((y - y.mean()) ** 2))
    total = float(y.sum())
    return {
        "ngini": normalised_gini(y, p),
        "spearman": spearman(y, p),
        "mse": mse,
        "rmse": float(np.sqrt(mse)),
        "rmse_trim": float(np.sqrt(np.mean(error[kept] ** 2))) if kept.any() else None,
        "mae": float(np.mean(np.abs(error))),
        "rmsle": float(np.sqrt(np.mean((np.log1p(np.maximum(p, 0.0)) - np.log1p(y)) ** 2))),
        "r2": 1.0 - mse / spread if spread > 0 else None,
        "dwmape": _decile_error(y, p),
        "top10": top_share(y, p, 1 / DECILES),
        "ratio": float(p.sum()) / total if total > 0 else None,
        "auc": float(roc_auc_score(y > 0, p)) if 0 < (y > 0).sum() < len(y) else None,
    }


def normalised_gini(truth: npt.ArrayLike, predicted: npt.ArrayLike) -> float | None:
    """Twice the mean share of the true sum in the first k rows by prediction, less 1, over that of the best order.

    The mean runs over k = 1 to all rows, so that the best order is worth 1 and a constant prediction about 1 / rows.
    Null where all truths are equal.
    """
    y, p = _checked(truth, predicted)
    best = _gini(y, y)
    return _gini(y, p) / best if len(y) and y.min() < y.max() else None


def spearman(truth: npt.ArrayLike, predicted: npt.ArrayLike) -> float | None:
    """The correlation of ranks, equals sharing a mean rank; 0 of a constant prediction, null of a constant truth."""
    y, p = _checked(truth, predicted)
    ranks = [r - r.mean() for r in (rankdata(y), rankdata(p))]
    spreads = [float(np.sqrt(np.sum(r**2))) for r in ranks]
    if not len(y) or spreads[0] == 0:
        return None
    return float(np.sum(ranks[0] * ranks[1]) / (spreads[0] * spreads[1])) if spreads[1] > 0 else 0.0


def decile_table(truth: npt.ArrayLike, predicted: npt.ArrayLike) -> list[dict[str, float]]:
    """What was promised beside what came true, in ten parts of about equal counts by prediction, lowest first.

    Rows of equal prediction count as their mean truth, so that it does not matter which part a tie falls into.

    Returns
    -------
    list
        A dictionary a part: rows, predicted and true (means, in money). Fewer than ten parts with fewer than ten rows.
    """
    y, p = _checked(truth, predicted)
    order = np.argsort(p, kind="stable")
    parts = np.array_split(np.c_[p[order], tie_means(y, p)[order]], DECILES)
    return [
        {"rows": len(part), "predicted": float(part[:, 0].mean()), "true": float(part[:, 1].mean())}
        for part in parts
        if len(part)
    ]


def tie_means(truth: Floats, predicted: Floats) -> Floats:
    """Each row's truth replaced by the mean truth of the rows of its prediction."""
    _, inverse, counts = np.unique(predicted, return_inverse=True, return_counts=True)
    return np.asarray((np.bincount(inverse, weights=truth) / counts)[inverse], np.float64)


def _gini(truth: Floats, predicted: Floats) -> float:
    total = truth.sum()
    if not len(truth) or total <= 0:
        return 0.0
    shares = tie_means(truth, predicted)[np.argsort(-predicted, kind="stable")] / total
    return float(2 * np.mean(np.cumsum(shares)) - 1)


def top_share(truth: Floats, predicted: Floats, share: float) -> float | None:
    """The share of the true sum that the rows of the largest predictions bring; ties count as their mean."""
    if truth.sum() <= 0:
        return None
    first = np.argsort(-predicted, kind="stable")[: max(1, round(len(truth) * share))]
    return float(tie_means(truth, predicted)[first].sum() / truth.sum())


def _decile_error(truth: Floats, predicted: Floats) -> float | None:
    table = decile_table(truth, predicted)
    total = sum(part["true"] for part in table)
    return sum(abs(part["predicted"] - part["true"]) for part in table) / total if total > 0 else None


def _without_largest(truth: Floats, error: Floats) -> npt.NDArray[np.bool_]:
    """Rows but for the largest truths: 0.1 % of them, rounded up, of equal ones those of the largest error."""
    kept = np.ones(len(truth), dtype=np.bool_)
    kept[np.lexsort((-np.abs(error), -truth))[: int(np.ceil(len(truth) * TRIMMED))]] = False
    return kept


def _checked(truth: npt.ArrayLike, predicted: npt.ArrayLike) -> tuple[Floats, Floats]:
    y, p = np.asarray(truth, np.float64), np.asarray(predicted, np.float64)
    if y.shape != p.shape or y.ndim != 1:
        raise ValueError(f"`predicted` must have the shape of `truth`, {y.shape}, got {p.shape}.")
    if not (np.isfinite(y).all() and np.isfinite(p).all()):
        raise ValueError("`truth` and `predicted` must be finite, got a missing or an infinite value.")
    if (y < 0).any():
        raise ValueError(f"`truth` must be 0 or more, got {y.min()}.")
    return y, p
