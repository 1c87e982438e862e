"""How much of the money the first rows by prediction bring: gain and lift."""

from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.value import top_share

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
    found = []
    for share in SHARES:
        captured, best = top_share(y, p, share), top_share(y, y, share)
        taken = max(1, round(len(y) * share)) / len(y)
        found.append({"share": share, "captured": captured, "best": best, "lift": (captured or 0.0) / taken})
    return found
