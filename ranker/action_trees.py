"""Trees that look at one candidate at a time: how likely an action is at all, which a ranker's scores do not say.

A ranker compares the candidates of one query, so whether anything will be carted in this session leaves no trace in its
scores. These trees learn that from queries drawn without a look at their labels.
"""

from collections.abc import Sequence

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import polars as pl

from learning.boosting import Boosting, boost
from ranker.action_rivals import draw_rows
from ranker.action_scores import FOLDS, fold_of
from ranker.dataset import matrix

ROUNDS = 80
SMALL = {"num_leaves": 15, "learning_rate": 0.05, "min_data_in_leaf": 50, "bagging_fraction": 1.0, "bagging_freq": 0}


def grow(rows: pl.DataFrame, names: Sequence[str], objective: str, most: int, boosting: Boosting) -> lgb.Booster | None:
    """Trees of log loss on rows drawn as `draw_rows` does; none where there is no 1 or no 0."""
    if rows[objective].n_unique() < 2:
        return None
    few = draw_rows(rows, objective, most)
    table = lgb.Dataset(
        matrix(few, names), few[objective].to_numpy(), weight=few["weight"].to_numpy(), feature_name=list(names)
    )
    return boost(table, {"objective": "binary", **SMALL}, boosting, ROUNDS)


def tree_logits(trees: lgb.Booster, rows: pl.DataFrame, names: Sequence[str], threads: int) -> npt.NDArray[np.float64]:
    """The logit of an action, a row."""
    if not rows.height:
        return np.zeros(0)
    return np.asarray(trees.predict(matrix(rows, names), raw_score=True, num_threads=threads), np.float64)


def cross_fitted_logits(
    rows: pl.DataFrame, names: Sequence[str], objective: str, most: int, boosting: Boosting
) -> npt.NDArray[np.float64]:
    """The same by trees that have learnt from no row of the session; NaN where those cannot be grown."""
    inside = rows.select(fold_of(pl.col("session"))).to_series().to_numpy()
    logits = np.full(rows.height, np.nan)
    for fold in range(FOLDS):
        trees = grow(rows.filter(pl.Series(inside != fold)), names, objective, most, boosting)
        if trees is not None:
            logits[inside == fold] = tree_logits(trees, rows.filter(pl.Series(inside == fold)), names, boosting.threads)
    return logits
