"""Whether promised ranges hold what came."""

import numpy as np
import numpy.typing as npt


def coverage(truth: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> dict[str, float | None]:
    """The shares of rows whose truth lies within, below and above its range, and the mean width.

    Coverage and width are what ranges are compared by (Gneiting and Raftery, Strictly Proper Scoring Rules, 2007,
    section 6.2, which puts both into one score).

    Parameters
    ----------
    truth, low, high
        Shape (rows,); ends count as within. Rows without a range (NaN) are left out.

    Returns
    -------
    dict
        within, below, above, width; null without rows.
    """
    y, a, b = (np.asarray(one, np.float64) for one in (truth, low, high))
    kept = np.isfinite(a) & np.isfinite(b)
    y, a, b = y[kept], a[kept], b[kept]
    if not len(y):
        return dict.fromkeys(("within", "below", "above", "width"))
    below, above = float(np.mean(y < a)), float(np.mean(y > b))
    return {
        "within": float(np.mean((y >= a) & (y <= b))),
        "below": below,
        "above": above,
        "width": float(np.mean(b - a)),
    }
