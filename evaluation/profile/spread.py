"""How numbers are spread: quantiles, tails, and what a logarithm does to their skew."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999)
BINS = 40
COUNT_EDGES = (1, 2, 3, 4, 5, 6, 8, 11, 16, 23, 32, 46, 64, 91, 128, 256, 512, 1024, 4096)
"""Where the bins of counts begin: about half an octave each, once they are wider than one."""


def spread(values: npt.ArrayLike) -> dict[str, Any]:
    """What sums a column of numbers up.

    Parameters
    ----------
    values
        Numbers, finite; shape (rows,), in any order.

    Returns
    -------
    dict
        rows, mean, sd (of the population), least, most, `q<share>` for each of `QUANTILES` (between order statistics
        linearly, Hyndman and Fan 1996, definition 7), skew and skew_log (see `skewness`; of log(1 + x), null where a
        number lies below 0), top1 and top10 (the share of the sum that the largest hundredth and tenth of the rows
        bring; null where a number lies below 0 or all are 0). All but rows null without rows.
    """
    x = np.sort(np.asarray(values, np.float64))
    names = ["mean", "sd", "least", *(f"q{q:g}" for q in QUANTILES), "most", "skew", "skew_log", "top1", "top10"]
    if not len(x):
        return {"rows": 0, **dict.fromkeys(names)}
    positive = bool(x[0] >= 0)
    found: dict[str, float | None] = {
        f"q{q:g}": float(v) for q, v in zip(QUANTILES, np.quantile(x, QUANTILES), strict=True)
    }
    found |= {"mean": float(x.mean()), "sd": float(x.std()), "least": float(x[0]), "most": float(x[-1])}
    found["skew"] = skewness(x)
    found["skew_log"] = skewness(np.log1p(x)) if positive else None
    found |= {name: top_share(x, share) if positive else None for name, share in (("top1", 0.01), ("top10", 0.1))}
    return {"rows": len(x), **{name: found[name] for name in names}}


def skewness(values: Floats) -> float | None:
    """The third central moment over the 1.5th power of the second: g1 of Joanes and Gill (The Statistician, 1998).

    0 of a symmetric spread, above 0 of one with a long right tail; null where all values are equal.
    """
    away = values - values.mean()
    scale = float(np.abs(away).max())
    if scale <= 1e-12 * max(1.0, float(np.abs(values).max())):
        return None
    away /= scale  # so that no power leaves what a float holds
    return float(np.mean(away**3) / np.mean(away**2) ** 1.5)


def top_share(values: npt.ArrayLike, share: float) -> float | None:
    """The share of the sum that the largest rows bring, so many of them that they are at least `share` of all.

    Null where the sum is 0, or without rows.
    """
    x = np.sort(np.asarray(values, np.float64))[::-1]
    total = float(x.sum())
    return float(x[: max(1, int(np.ceil(len(x) * share - 1e-9)))].sum()) / total if total > 0 else None


def counts_histogram(counts: npt.ArrayLike) -> pl.DataFrame:
    """How many rows have each count: label, begins, rows; in bins of `COUNT_EDGES`.

    Parameters
    ----------
    counts
        Whole numbers from 1.
    """
    return histogram(
        counts, COUNT_EDGES, [*(_counted(*pair) for pair in pairwise(COUNT_EDGES)), f"{COUNT_EDGES[-1]:,}+"]
    )


def _counted(begins: int, after: int) -> str:
    return f"{begins}" if after == begins + 1 else f"{begins:,}-{after - 1:,}"


def histogram(values: npt.ArrayLike, begins: Sequence[float], labels: Sequence[str]) -> pl.DataFrame:
    """Rows between edges, each with the one that it begins at; the last bin has no end.

    Returns
    -------
    pl.DataFrame
        label, begins, rows; without what lies before the first and after the last bin that has any.
    """
    x = np.asarray(values, np.float64)
    at = np.searchsorted(np.asarray(begins, np.float64), x, side="right") - 1
    rows = np.bincount(np.maximum(at, 0), minlength=len(begins))
    filled = np.flatnonzero(rows)
    some = slice(filled[0], filled[-1] + 1) if len(filled) else slice(0)
    return pl.DataFrame({"label": list(labels)[some], "begins": list(map(float, begins))[some], "rows": rows[some]})


def even_histogram(values: npt.ArrayLike, bins: int = BINS, upto: float = 1.0) -> pl.DataFrame:
    """Rows in bins of equal width: begins, ends, rows.

    Parameters
    ----------
    values
        Finite numbers.
    bins
        How many at most; whole numbers of a small range get one each.
    upto
        The quantile at which the last bin ends; it takes all that lies beyond too.
    """
    x = np.asarray(values, np.float64)
    if not len(x):
        return pl.DataFrame(schema={"begins": pl.Float64, "ends": pl.Float64, "rows": pl.Int64})
    least, most = float(x.min()), float(np.quantile(x, upto))
    if bool((x == np.floor(x)).all()) and most - least < bins:
        edges = np.arange(least, most + 2)
    else:
        edges = np.linspace(least, most if most > least else least + 1, bins + 1)
    return _binned(x, edges)


def log_histogram(values: npt.ArrayLike, bins: int = BINS) -> pl.DataFrame:
    """Rows above 0 in bins of equal ratio: begins, ends, rows."""
    x = np.asarray(values, np.float64)
    x = x[x > 0]
    if not len(x):
        return even_histogram(x)
    least, most = float(x.min()), float(x.max())
    edges = np.geomspace(least, most, bins + 1) if most > least else np.array([least, 2 * least])
    edges[0] = least
    return _binned(x, edges)


def _binned(x: Floats, edges: Floats) -> pl.DataFrame:
    at = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(edges) - 2)
    return pl.DataFrame({"begins": edges[:-1], "ends": edges[1:], "rows": np.bincount(at, minlength=len(edges) - 1)})
