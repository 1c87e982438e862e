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
    prior
        What the fused order counts before the first tree: a candidate starts at -prior x ln(fused rank), and
        trees correct it, so that a ranker with little to learn from stays near the fused order. 0: trees alone.
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
    prior: float = 1.0
    min_stop_queries: int = 150
    cv_folds: int = 5
    cv_rounds: int = 100
    boosting: Boosting = field(default_factory=Boosting)

    def __post_init__(self) -> None:
        for name in ("truncation", "min_stop_queries", "cv_rounds"):
            if getattr(self, name) < 1:
                raise ValueError(f"`{name}` must be at least 1, got {getattr(self, name)}.")
        if self.prior < 0:
            raise ValueError(f"`prior` must be 0 or more, got {self.prior}.")
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
        Queries, rows and rounds, how the rounds were chosen, and recall@20 reached on the `stop` part (of what
        its candidates hold; null without).
    """

    booster: lgb.Booster
    features: list[str]
    about: dict[str, Any]

    @property
    def scorer(self) -> "Scorer":
        """What scores rows with it."""
        return Scorer(self.booster, self.features, self.about["prior"])


@dataclass(frozen=True)
class Scorer:
    """A model ready to score: trees, their columns in order, and the weight of the fused order under them."""

    booster: lgb.Booster
    features: Sequence[str]
    prior: float

    def __call__(self, rows: pl.DataFrame, threads: int) -> npt.NDArray[np.float64]:
        """Score FEATURES rows; higher is better."""
        trees = self.booster.predict(_matrix(rows, self.features), num_threads=threads, raw_score=True)
        return np.asarray(trees, dtype=np.float64) + _prior(rows, self.prior)


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
        training = _dataset(fit, names, how.prior)
        watch = _dataset(stop, names, how.prior, training)
        booster, reached = boost_until(training, parameters, how.boosting, watch, recall_measure(stop, gains))
    else:
        fit, reached = learnt, None
        rounds = _rounds_by_cross_validation(fit, names, parameters, how, gains)
        booster = boost(_dataset(fit, names, how.prior), parameters, how.boosting, rounds)
    about = {
        "objective": objective,
        "prior": how.prior,
        "stop_recall@20": reached,
        "stopped_by": "stop part" if watched else "cross-validation",
        "queries": fit["query"].n_unique(),
        "rows": fit.height,
        "rounds": booster.num_trees(),
    }
    return Trained(booster, names, about)


def _rounds_by_cross_validation(
    rows: pl.DataFrame, names: Sequence[str], parameters: dict[str, Any], how: LambdaRank, gains: Sequence[int]
) -> int:
    """The number of trees by recall@20 over folds of whole queries; 0 keeps the fused order."""
    fold = mix(pl.col("query").cast(pl.UInt64), SALT) % how.cv_folds
    curves = []
    for number in range(how.cv_folds):
        inside, outside = rows.filter(fold != number), rows.filter(fold == number)
        if inside.is_empty() or outside.is_empty():
            continue
        training = _dataset(inside, names, how.prior)
        watched, measure = _dataset(outside, names, how.prior, training), recall_measure(outside, gains)
        curve = learning_curve(training, parameters, how.boosting, watched, measure, how.cv_rounds)
        curves.append(np.r_[measure(_prior(outside, how.prior)), curve])
    return fewest_rounds(np.array(curves)) if curves else 0


def fewest_rounds(curves: npt.NDArray[np.float64]) -> int:
    """The fewest rounds that are not clearly worse than the best: the one-standard-error rule.

    Of the folds' differences to the best round, so that what the folds differ in anyway does not count
    (Breiman, Friedman, Olshen, Stone 1984, with pairing).

    Parameters
    ----------
    curves
        A row a fold, a column a number of rounds (from 0); higher is better.
    """
    behind = curves[:, [curves.mean(axis=0).argmax()]] - curves
    error = behind.std(axis=0, ddof=min(1, len(curves) - 1)) / np.sqrt(len(curves))
    return int((behind.mean(axis=0) <= error).argmax())


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


def _prior(rows: pl.DataFrame, scale: float) -> npt.NDArray[np.float64]:
    """Where a candidate starts: the logarithm of its fused rank, as lambdarank's own discounts fall."""
    return np.asarray(-scale * np.log(rows["fused__rank"].to_numpy().astype(np.float64)))


def _dataset(
    rows: pl.DataFrame, names: Sequence[str], prior: float, reference: lgb.Dataset | None = None
) -> lgb.Dataset:
    groups = rows.group_by("query", maintain_order=True).len()["len"].to_numpy()
    return lgb.Dataset(
        _matrix(rows, names),
        label=rows["relevance"].to_numpy(),
        group=groups,
        init_score=_prior(rows, prior) if prior else None,
        feature_name=list(names),
        reference=reference,
        free_raw_data=True,
    )


def _matrix(rows: pl.DataFrame, names: Sequence[str]) -> npt.NDArray[np.float32]:
    """Rows as f32, null as NaN, which LightGBM takes as missing."""
    return rows.select(pl.col(n).cast(pl.Float32).fill_null(float("nan")) for n in names).to_numpy()
