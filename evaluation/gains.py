"""How much of the money the first rows by prediction bring: gain and lift."""

from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.value import Floats, tie_means

SHARES = (0.01, 0.02, 0.05, *(round(0.1 * tenth, 1) for tenth in range(1, 11)))


def gains(truth: npt.ArrayLike, predicted: npt.ArrayLike) -> list[dict[str, Any]]:
    """What share of the true sum is captured by addressing the rows of the largest predictions.

    The cumulative gains chart and its lift (Berry and Linoff, Data Mining Techniques, 2011, chapter 5), of money in
    place of responses.

    Parameters
    ----------
    truth
        Money a row, 0 or more; shape (rows,).
    predicted
        What was said; shape (rows,). Rows of equal prediction count as their mean.

    Returns
    -------
    list
        A dictionary for each of `SHARES`: share (of the rows), captured (of the true sum), best (captured by the order
        of the truth itself), lift (captured over the share of the rows that were taken, one at least). Empty without
        money.
    """
    y, p = np.asarray(truth, np.float64), np.asarray(predicted, np.float64)
    if y.sum() <= 0:
        return []
    captured, best = _cumulated(y, p), _cumulated(y, y)
    found = []
    for share in SHARES:
        taken = max(1, round(len(y) * share))
        got = float(captured[taken - 1])
        found.append({"share": share, "captured": got, "best": float(best[taken - 1]), "lift": got * len(y) / taken})
    return found


def _cumulated(truth: Floats, predicted: Floats) -> Floats:
    """(rows,) the share of the true sum in the first 1, 2, ... rows by prediction."""
    order = np.argsort(-predicted, kind="stable")
    return np.asarray(np.cumsum(tie_means(truth, predicted)[order]) / truth.sum(), np.float64)
