"""Predicted money against what came, row by row: some rows to look at, and how errors spread as promises grow."""

import numpy as np
import numpy.typing as npt

from evaluation.value import DECILES

SHOWN = 400
QUANTILES = (0.05, 0.5, 0.95)


def rows_along(truth: npt.ArrayLike, predicted: npt.ArrayLike, most: int = SHOWN) -> list[dict[str, float]]:
    """Some rows, evenly along the order of what was said of them, the smallest and the largest among them.

    Parameters
    ----------
    truth, predicted
        Money a row; shape (rows,).
    most
        How many at most.

    Returns
    -------
    list
        predicted, true; lowest prediction first, of equal ones the lowest truth.
    """
    y, p = np.asarray(truth, np.float64), np.asarray(predicted, np.float64)
    order = np.lexsort((y, p))
    kept = order[np.unique(np.linspace(0, len(order) - 1, min(most, len(order))).round().astype(np.int64))]
    return [{"predicted": float(p[row]), "true": float(y[row])} for row in kept]


def residual_bands(truth: npt.ArrayLike, predicted: npt.ArrayLike) -> list[dict[str, float]]:
    """Residuals (predicted less true) by tenths of the predictions, lowest first.

    Returns
    -------
    list
        A tenth: rows, predicted (mean), residual (mean) and `q<share>` of the residuals for `QUANTILES`. Fewer than ten
        parts with fewer than ten rows.
    """
    y, p = np.asarray(truth, np.float64), np.asarray(predicted, np.float64)
    order = np.lexsort((y, p))
    return [
        {
            "rows": len(part),
            "predicted": float(np.mean(p[part])),
            "residual": float(np.mean(p[part] - y[part])),
            **{f"q{q:g}": float(v) for q, v in zip(QUANTILES, np.quantile(p[part] - y[part], QUANTILES), strict=True)},
        }
        for part in np.array_split(order, DECILES)
        if len(part)
    ]
