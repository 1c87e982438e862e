"""How far predictions of money lie from the truth by ratio: errors on a logarithmic scale."""

from typing import Any

import numpy as np
import numpy.typing as npt

WIDTH = 0.5  # of a bin, in natural logarithms: a factor of about 1.65
FURTHEST = 6.0  # beyond it, a factor of 400, errors stand in the last bin
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
KINDS = ("brought something", "brought nothing")


def log_errors(truth: npt.ArrayLike, predicted: npt.ArrayLike) -> dict[str, Any]:
    """The residuals log(1 + predicted) - log(1 + truth), whose mean square is that of RMSLE.

    Parameters
    ----------
    truth
        Money a row, 0 or more; shape (rows,).
    predicted
        What was said; shape (rows,). Below 0 counts as 0.

    Returns
    -------
    dict
        bins: low, high, rows, kind (whether the row brought anything), those of a kind side by side, from `-FURTHEST`
        to `FURTHEST`, both ends taking what lies beyond. Of rows that brought something: `q<share>` of the residuals,
        and within_2, the share whose prediction + 1 is at most twice, and at least half, the truth + 1; null without.
    """
    y, p = np.asarray(truth, np.float64), np.asarray(predicted, np.float64)
    error = np.log1p(np.maximum(p, 0.0)) - np.log1p(y)
    edges = np.arange(-FURTHEST, FURTHEST + WIDTH, WIDTH)
    bins = []
    for kind, rows in zip(KINDS, (y > 0, y == 0), strict=True):
        counts, _ = np.histogram(np.clip(error[rows], edges[0], edges[-1]), edges)
        bins += [
            {"low": float(a), "high": float(b), "rows": int(n), "kind": kind}
            for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True)
            if n
        ]
    own = error[y > 0]
    told: dict[str, float | None] = {f"q{q:g}": float(np.quantile(own, q)) if len(own) else None for q in QUANTILES}
    within = float(np.mean(np.abs(own) <= np.log(2.0) + 1e-12)) if len(own) else None
    return {"bins": bins, **told, "within_2": within}
