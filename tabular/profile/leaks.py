"""Columns that alone say what the target is: more likely known too late than good features."""

import numpy as np
import polars as pl
from sklearn.metrics import roc_auc_score

from data.shortened import sample
from evaluation.profile.spread import Floats
from learning.columns import Columns
from tabular.profile.columns import numbers_of
from tabular.profile.target import Target
from value.money.leaks import LEAST_ROWS, SAME_ORDER

FEWEST_OF_A_CLASS = 10
ROWS_A_LEVEL = 10
"""A category has to repeat: of a level with fewer rows, any would tell the target."""


def tells_the_target(table: pl.DataFrame, columns: Columns, target: Target) -> list[str]:
    """Columns that tell a class nearly without a fault: numbers by an AUC of .999 or more, categories by their levels.

    Parameters
    ----------
    table
        As `learning.columns.tidy` gives it, rows with a target.
    columns, target
        Their kinds, and the target. Where it is a number `value.money.leaks.copies_of_target` looks at columns of
        numbers; categories are looked at here: their levels' means leave a thousandth of its variance.
    """
    found = []
    for name, kind in columns.kinds.items():
        if kind == "number" and target.kind == "two":
            area = _area(numbers_of(table[name]), target.codes)
            if area >= SAME_ORDER:
                found.append(f"`{sample(name)}` alone tells the target's classes apart (AUC {area:.4f})")
        elif kind in ("few", "many"):
            left = _unexplained(table[name], target)
            if left is not None and left <= 1 - SAME_ORDER:
                found.append(f"the levels of `{sample(name)}` alone tell the target ({left:.2%} of it is left open)")
    return found


def _area(x: Floats, y: Floats) -> float:
    there = np.isfinite(x)
    x, y = x[there], y[there]
    if min((y == 0).sum(), (y == 1).sum()) < FEWEST_OF_A_CLASS:
        return 0.5
    area = float(roc_auc_score(y, x))
    return max(area, 1 - area)


def _unexplained(values: pl.Series, target: Target) -> float | None:
    """The target's variance within levels over that in all, summed over its classes; null where levels are too many."""
    level = (values.cast(pl.String).fill_null("\0").rank("dense") - 1).to_numpy().astype(np.int64)
    rows = np.bincount(level)
    if len(values) < LEAST_ROWS or len(rows) * ROWS_A_LEVEL > len(values):
        return None
    within = whole = 0.0
    for y in target.means.values():
        means = np.bincount(level, weights=y) / rows
        within += float(np.sum((y - means[level]) ** 2))
        whole += float(np.sum((y - y.mean()) ** 2))
    return within / whole if whole > 0 else None
