"""LambdaRank: one model an objective, or one over all types where an objective has too few queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import polars as pl

from data.keys import mix
from data.schema import TYPES
from learning.boosting import Boosting, Measure, boost, boost_until, learning_curve

TOP = 20
SALT = 7
SHARED = "shared"
SHARED_GAINS = {"clicks": 1, "carts": 3, "orders": 6}
NOT_FEATURES = ("query", "item", "part", *TYPES)


@dataclass(frozen=True)
class LambdaRank:
    """A ranker's configuration (Burges 2010, "From RankNet to LambdaRank to LambdaMART").

    Parameters
    ----------
    truncation
        Pairs are compared where one of them stands among the first so many.
    min_stop_queries
        Where fewer queries with a hit are left to watch, they are learnt from too, and the number of trees is
        found by cross-validation: recall on a handful of queries is noise to stop by.
    cv_folds
        Folds of that cross-validation.
    cv_rounds
        Trees at most in it.
    boosting
        How trees are grown.
    """

    truncation: int = 40
    min_stop_queries: int = 150
    cv_folds: int = 5
    cv_rounds: int = 100
    boosting: Boosting = field(default_factory=Boosting)

    def __post_init__(self) -> None:
        for name in ("truncation", "min_stop_queries", "cv_rounds"):
            if getattr(self, name) < 1:
                raise ValueError(f"`{name}` must be at least 1, got {getattr(self, name)}.")
        if self.cv_folds < 2:
            raise ValueError(f"`cv_folds` must be at least 2, got {self.cv_folds}.")


@dataclass(frozen=True)
class Trained:
    """A trained model and what came of its training.

    Parameters
    ----------
    booster
        The trees.
    features
        Their columns, in order.
    about
        Queries, rows and rounds, and how the rounds were chosen.
    """

    booster: lgb.Booster
    features: list[str]
    about: dict[str, Any]


def plan_models(positive_queries: dict[str, int], labelled: dict[str, int], minimum: int) -> dict[str, str | None]:
    """Which model serves an objective: its own, the shared one, or none where the fold has no such label.

    Parameters
    ----------
    positive_queries
        Queries with a hit in the `fit` part, by type.
    labelled
        Labels of the whole fold, by type.
    minimum
        Positive queries that an own model needs.
    """
    any_hit = sum(positive_queries.values()) > 0
    return {
        name: None
        if not labelled.get(name) or not any_hit
        else (name if positive_queries.get(name, 0) >= minimum else SHARED)
        for name in TYPES
    }


def relevance(rows: pl.DataFrame, objective: str) -> npt.NDArray[np.int32]:
    """Each row's relevance: 0 or 1 for a type; 0 to 3, the strongest type, for the shared model."""
    if objective != SHARED:
        return rows[objective].to_numpy().astype(np.int32)
    levels = (pl.col(name).cast(pl.Int32) * level for level, name in enumerate(TYPES, 1))
    return rows.select(pl.max_horizontal(levels)).to_series().to_numpy()


def train(rows: pl.DataFrame, objective: str, how: LambdaRank) -> Trained:
    """Train one objective's model.

    Parameters
    ----------
    rows
        FEATURES with part and a 0/1 column a type, sorted by query, all candidates of each query.
    objective
        A type, or `shared`.
    how
        The configuration.

    Returns
    -------
    Trained
        Stopped where recall@20 on the `stop` part was best.
    """
    names = [n for n in rows.columns if n not in NOT_FEATURES]
    gains = [0, *SHARED_GAINS.values()] if objective == SHARED else [0, 1]
    parameters = {
        "objective": "lambdarank",
        "label_gain": gains,
        "lambdarank_truncation_level": how.truncation,
        "bagging_by_query": True,
    }
    learnt = rows.with_columns(relevance=relevance(rows, objective)).filter(pl.col("relevance").max().over("query") > 0)
    fit, stop = (learnt.filter(pl.col("part") == part) for part in ("fit", "stop"))
    if watched := stop["query"].n_unique() >= how.min_stop_queries:
        training = _dataset(fit, names)
        watch = _dataset(stop, names, training)
        booster = boost_until(training, parameters, how.boosting, watch, recall_measure(stop, gains))
    else:
        fit = learnt
        rounds = _rounds_by_cross_validation(fit, names, parameters, how, gains)
        booster = boost(_dataset(fit, names), parameters, how.boosting, rounds)
    about = {
        "objective": objective,
        "stopped_by": "stop part" if watched else "cross-validation",
        "queries": fit["query"].n_unique(),
        "rows": fit.height,
        "rounds": booster.num_trees(),
    }
    return Trained(booster, names, about)


def _rounds_by_cross_validation(
    rows: pl.DataFrame, names: Sequence[str], parameters: dict[str, Any], how: LambdaRank, gains: Sequence[int]
) -> int:
    """The number of trees with the best recall@20, averaged over folds of whole queries."""
    fold = mix(pl.col("query").cast(pl.UInt64), SALT) % how.cv_folds
    curves, possible = [], []
    for number in range(how.cv_folds):
        inside, outside = rows.filter(fold != number), rows.filter(fold == number)
        if inside.is_empty() or outside.is_empty():
            continue
        training = _dataset(inside, names)
        watched, measure = _dataset(outside, names, training), recall_measure(outside, gains)
        curves.append(learning_curve(training, parameters, how.boosting, watched, measure, how.cv_rounds))
        possible.append(outside["query"].n_unique())
    return int(np.average(curves, axis=0, weights=possible).argmax()) + 1 if curves else 1


def predict(booster: lgb.Booster, rows: pl.DataFrame, names: Sequence[str], threads: int) -> npt.NDArray[np.float64]:
    """Score rows."""
    return np.asarray(booster.predict(_matrix(rows, names), num_threads=threads), dtype=np.float64)


def recall_measure(rows: pl.DataFrame, gains: Sequence[int]) -> Measure:
    """recall@20 as a function of scores: the gain among each query's best 20 over the gain that 20 could hold.

    Parameters
    ----------
    rows
        query, relevance; sorted by (query, fused__rank), the order that equal scores keep.
    gains
        What a relevance is worth.
    """
    lengths = rows.group_by("query", maintain_order=True).len()["len"].to_numpy()
    inside = np.arange(lengths.max()) < lengths[:, None]
    worth = np.zeros(inside.shape)
    worth[inside] = np.array(gains)[rows["relevance"].to_numpy()]
    depth = min(TOP, inside.shape[1])
    possible = -np.sort(-worth, axis=1)[:, :depth].sum()

    def measure(scores: npt.NDArray[np.float64]) -> float:
        table = np.full(inside.shape, -np.inf)
        table[inside] = scores
        best = np.argsort(-table, axis=1, kind="stable")[:, :depth]
        return float(np.take_along_axis(worth, best, axis=1).sum() / possible)

    return measure


def _dataset(rows: pl.DataFrame, names: Sequence[str], reference: lgb.Dataset | None = None) -> lgb.Dataset:
    groups = rows.group_by("query", maintain_order=True).len()["len"].to_numpy()
    return lgb.Dataset(
        _matrix(rows, names),
        label=rows["relevance"].to_numpy(),
        group=groups,
        feature_name=list(names),
        reference=reference,
        free_raw_data=True,
    )


def _matrix(rows: pl.DataFrame, names: Sequence[str]) -> npt.NDArray[np.float32]:
    """Rows as f32, null as NaN, which LightGBM takes as missing."""
    return rows.select(pl.col(n).cast(pl.Float32).fill_null(float("nan")) for n in names).to_numpy()
