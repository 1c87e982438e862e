"""Scores of rows that a ranker has learnt from, by rankers that have not."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.keys import mix
from learning.boosting import boost
from ranker.lambdarank import LambdaRank, Scorer, parameters_of, with_hits
from ranker.learnt_rows import learnt_rows

SALT = 24
FOLDS = 3


def fold_of(session: pl.Expr, folds: int = FOLDS) -> pl.Expr:
    """A session's fold."""
    return mix(session.cast(pl.UInt64), SALT) % folds


def cross_fitted_scores(
    training: pl.LazyFrame, rows: pl.DataFrame, about: Mapping[str, Any], ranker: LambdaRank
) -> npt.NDArray[np.float64]:
    """Score every row by a ranker that has learnt from no row of its session.

    Parameters
    ----------
    training
        What the ranker has learnt from (see `ranker.lambdarank.train`) and `session`.
    rows
        FEATURES and `session`; in the order of the result.
    about
        Of the ranker: objective, features, rounds and prior, which are kept, so that the scores are of one kind.
    ranker
        How it was trained.

    Returns
    -------
    array
        NaN where nothing is left to learn from outside a fold.
    """
    parameters = parameters_of(about["objective"], ranker)
    learnt = learnt_rows(with_hits(training, about["objective"]), about["features"])
    scores = np.full(rows.height, np.nan)
    inside = rows.select(fold_of(pl.col("session"))).to_series().to_numpy()
    for fold in range(FOLDS):
        others, asked = learnt.filter(fold_of(pl.col("session")) != fold), rows.filter(pl.Series(inside == fold))
        if asked.height and not others.keys.is_empty():
            groups = others.dataset(about["prior"], ranker.boosting)
            trees = boost(groups, parameters, ranker.boosting, about["rounds"])
            scores[inside == fold] = Scorer(trees, about["features"], about["prior"])(asked, ranker.boosting.threads)
    return scores
