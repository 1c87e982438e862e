"""What a ranker's probabilities stand beside: logistic regression and a random forest on the same features."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from data.keys import mix
from ranker.dataset import matrix

SALT = 23
SEED = 42


def rivals(trees: int, threads: int) -> dict[str, Pipeline]:
    """Both models, not yet fitted."""
    forest = RandomForestClassifier(
        n_estimators=trees, min_samples_leaf=20, max_features="sqrt", n_jobs=threads, random_state=SEED
    )
    return {
        "logistic_regression": Pipeline(
            [
                ("impute", SimpleImputer(strategy="median", keep_empty_features=True)),
                ("scale", StandardScaler()),
                ("model", LogisticRegression(C=0.1, max_iter=300)),
            ]
        ),
        "random_forest": Pipeline([("model", forest)]),  # which takes missing values as they are
    }


def fit_rivals(
    rows: pl.DataFrame, names: Sequence[str], objective: str, *, most: int, trees: int, threads: int
) -> dict[str, Pipeline]:
    """Both models, fitted; none where there is no 1 or no 0 to learn from.

    Parameters
    ----------
    rows
        FEATURES of queries drawn without a look at their labels, with the objective's 0/1 column.
    names
        The features.
    objective
        A type.
    most
        Rows at most: all of the ones, and zeros drawn by hash that weigh as much as all zeros together.
    trees, threads
        Of the forest.
    """
    if rows[objective].n_unique() < 2:
        return {}
    few = draw_rows(rows, objective, most)
    table, truth, weight = matrix(few, names), few[objective].to_numpy(), few["weight"].to_numpy()
    models = rivals(trees, threads)
    for model in models.values():
        model.fit(table, truth, model__sample_weight=weight)
    return models


def draw_rows(rows: pl.DataFrame, objective: str, most: int) -> pl.DataFrame:
    """All ones and, up to `most` rows, zeros drawn by hash; `weight` f64 makes up for those left out."""
    pair = pl.col("query").cast(pl.UInt64) * 2**32 + pl.col("item").cast(pl.UInt64)
    ones, zeros = rows.filter(pl.col(objective) == 1), rows.filter(pl.col(objective) == 0)
    kept = zeros.sort(mix(pair, SALT), "query", "item").head(max(most - ones.height, 1))
    drawn = [ones.with_columns(weight=1.0), kept.with_columns(weight=pl.lit(zeros.height / kept.height))]
    return pl.concat(drawn).sort("query", "item")


def probabilities(model: Pipeline, rows: pl.DataFrame, names: Sequence[str]) -> npt.NDArray[np.float64]:
    """Of a 1, by a fitted model; one thread, as a forest adds its trees' answers in the order in which they come."""
    if "n_jobs" in model["model"].get_params():
        model["model"].set_params(n_jobs=1)
    return np.asarray(model.predict_proba(matrix(rows, names))[:, 1], np.float64)
