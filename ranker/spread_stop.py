"""How many of the trees that have grown are kept: as many as reach most on the `stop` part, which none has seen."""

from collections.abc import Sequence
from pathlib import Path

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import polars as pl

from data.tables import scan
from ranker.dataset import ORDER, matrix, prior_scores
from ranker.lambdarank import gains_of, with_hits
from ranker.recall_measure import recall_by_query


def stop_curve(
    files: Sequence[Path], objective: str, booster: lgb.Booster, features: Sequence[str], prior: float
) -> npt.NDArray[np.float64]:
    """recall@20 on the `stop` part after each tree, of what its candidates hold.

    Parameters
    ----------
    files
        FEATURES with part and labels, read one after another; a query lies in one of them.
    objective, prior
        As in `ranker.lambdarank.train`.
    booster, features
        The trees, and their columns in order.
    """
    gained, possible = np.zeros(booster.num_trees()), 0.0
    for file in files:
        stop = with_hits(scan(file).filter(pl.col("part") == "stop"), objective).collect().sort(ORDER)
        if stop.is_empty():
            continue
        measured = recall_by_query(stop.select(*ORDER, "relevance"), gains_of(objective))
        possible += measured.possible
        scores, values = prior_scores(stop, prior), matrix(stop, features)
        for tree in range(len(gained)):
            scores = scores + booster.predict(
                values, start_iteration=tree, num_iteration=1, raw_score=True, num_threads=1
            )
            gained[tree] += measured.gained(scores).sum()
    return gained / possible


def best_round(curve: npt.NDArray[np.float64], patience: int) -> int:
    """How many trees early stopping keeps: the best before the first so many rounds without a gain.

    Parameters
    ----------
    curve
        A value a round; higher is better.
    patience
        As in `learning.boosting.Boosting`.
    """
    best = 0
    for number, value in enumerate(curve):
        if value > curve[best]:
            best = number
        elif number - best >= patience:
            break
    return best + 1
