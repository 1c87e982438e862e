"""What columns tell of the target and of each other, one at a time."""

from typing import Any

import numpy as np
import polars as pl
from scipy.stats import rankdata
from sklearn.feature_selection import mutual_info_classif, mutual_info_regression

from data.shortened import sample
from evaluation.profile.spread import Floats
from learning.columns import Columns
from tabular.profile.columns import numbers_of
from tabular.profile.target import Target

SAMPLED = 10_000
"""Rows, spread evenly over the table, that ties are measured on: a correlation is then known to about .01."""
FEWEST = 30
PAIRED = 20  # columns of numbers that are compared with each other
TOLD = ("number", "time", "few", "many")


def ties_to_target(table: pl.DataFrame, columns: Columns, target: Target) -> list[dict[str, Any]]:
    """How much each column alone says of the target.

    Parameters
    ----------
    table
        As `learning.columns.tidy` gives it, rows with a target.
    columns
        The kinds of its features.
    target
        Their target.

    Returns
    -------
    list
        A dictionary a column: column, kind, rows (that have a value), pearson and spearman (of numbers and times, where
        the target has an order; null of a constant), information: mutual information in nats, by the nearest neighbours
        of Kraskov et al. (Phys. Rev. E 69, 2004) and Ross (PLoS ONE 9(2), 2014) as scikit-learn has it; null of fewer
        than 30 rows. By falling information, then by name.
    """
    step = max(1, -(-table.height // SAMPLED))
    some, codes = table.gather_every(step), target.codes[::step]
    names = [name for name, kind in columns.kinds.items() if kind in TOLD]
    found = [_tie(some[name], name, columns.kinds[name], codes, target) for name in names]
    return sorted(found, key=lambda one: (-(one["information"] or 0.0), one["column"]))


def _tie(values: pl.Series, name: str, kind: str, codes: Floats, target: Target) -> dict[str, Any]:
    numeric = kind in ("number", "time")
    x = numbers_of(values) if numeric else _codes(values)
    there = np.isfinite(x)
    x, y = x[there], codes[there]
    ordered = numeric and target.orders
    return {
        "column": sample(name),
        "kind": kind,
        "rows": len(x),
        "pearson": correlation(x, y) if ordered else None,
        "spearman": correlation(rankdata(x), rankdata(y)) if ordered else None,
        "information": _information(x, y, numeric=numeric, target=target),
    }


def _codes(values: pl.Series) -> Floats:
    """A number a level, a missing one being a level too."""
    return np.asarray(values.cast(pl.String).fill_null("\0").rank("dense").cast(pl.Float64).to_numpy(), np.float64)


def correlation(x: Floats, y: Floats) -> float | None:
    """Pearson's; null where one of both is constant, or of fewer than two rows."""
    if len(x) < 2:
        return None
    a, b = x - x.mean(), y - y.mean()
    size = float(np.sqrt(np.sum(a**2)) * np.sqrt(np.sum(b**2)))
    return float(np.clip(np.sum(a * b) / size, -1, 1)) if size > 0 and np.isfinite(size) else None


def _information(x: Floats, y: Floats, *, numeric: bool, target: Target) -> float | None:
    if len(x) < FEWEST or np.ptp(x) == 0 or np.ptp(y) == 0:
        return 0.0 if len(x) >= FEWEST else None
    measure = mutual_info_regression if target.kind == "number" else mutual_info_classif
    if numeric:
        x = rankdata(x)  # information does not change with the scale, and neighbours are found on any
    return float(measure(x[:, None], y, discrete_features=[not numeric], random_state=0)[0])


def ties_between(table: pl.DataFrame, names: list[str]) -> list[dict[str, Any]]:
    """Spearman's correlation of every two columns of numbers: one, other, spearman, rows; `PAIRED` columns at most."""
    step = max(1, -(-table.height // SAMPLED))
    values = {name: numbers_of(table[name].gather_every(step)) for name in names[:PAIRED]}
    found = []
    for n, (one, x) in enumerate(values.items()):
        for other, y in list(values.items())[n + 1 :]:
            both = np.isfinite(x) & np.isfinite(y)
            r = correlation(rankdata(x[both]), rankdata(y[both]))
            found.append({"one": sample(one), "other": sample(other), "spearman": r, "rows": int(both.sum())})
    return found
