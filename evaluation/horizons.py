"""Whether promises of several horizons belong together, and grow as what came grows."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt


def horizon_growth(
    promised: Mapping[str, npt.ArrayLike], truth: Mapping[str, npt.ArrayLike | None]
) -> list[dict[str, Any]]:
    """How much more a longer horizon brings than the one before it, in promises and in truth.

    Parameters
    ----------
    promised
        By horizon, shortest first: money a row; shape (rows,).
    truth
        Likewise what came, NaN where it is not known; null for a horizon of which nothing is.

    Returns
    -------
    list
        A dictionary a pair of neighbours: shorter, longer, rows, falls (rows whose longer promise is the smaller one),
        promised_growth (longer over shorter sum, of rows whose truth is known at both, else of all) and true_growth
        (null where no truth is known at both, or the sum is 0), judged (rows of known truth).
    """
    found = []
    for shorter, longer in pairwise(promised):
        a, b = (np.asarray(promised[h], np.float64) for h in (shorter, longer))
        known = np.zeros(len(a), np.bool_)
        x, y = truth.get(shorter), truth.get(longer)
        if x is not None and y is not None:
            x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
            known = np.isfinite(x) & np.isfinite(y)
        counted = known if known.any() else np.ones(len(a), np.bool_)
        true = None if x is None or y is None else _ratio(np.asarray(y)[known], np.asarray(x)[known])
        found.append(
            {
                "shorter": shorter,
                "longer": longer,
                "rows": len(a),
                "falls": int((b < a).sum()),
                "judged": int(known.sum()),
                "promised_growth": _ratio(b[counted], a[counted]),
                "true_growth": true,
            }
        )
    return found


def _ratio(upper: npt.NDArray[np.float64], lower: npt.NDArray[np.float64]) -> float | None:
    return float(upper.sum() / lower.sum()) if lower.sum() > 0 else None
