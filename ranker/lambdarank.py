"""LambdaRank: one model an objective, or one over all types where an objective has too few queries."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import polars as pl

from data.checks import check_at_least, check_share
from data.keys import mix
from data.schema import TYPES
from learning.boosting import Boosting, boost, boost_until, learning_curve
from learning.quick_scorer import Forest, forest_of
from ranker.dataset import Table, by_column, fused_ranks, keys_of, prior_of, prior_scores
from ranker.learnt_rows import HeldRows, LearntRows, ScannedRows, learnt_rows
from ranker.recall_measure import recall_measure
from ranker.training_rows import taken_whole

SALT = 7
NEGATIVE_STEPS = 10_000
MOST_ROWS = 10_000
"""Rows a query that LightGBM takes."""
SHARED = "shared"
SHARED_GAINS = {"clicks": 1, "carts": 3, "orders": 6}
NOT_FEATURES = ("query", "item", "session", "part", *TYPES)
Rows = TypeVar("Rows", pl.LazyFrame, LearntRows, HeldRows | ScannedRows)


@dataclass(frozen=True)
class LambdaRank:
    """A ranker's configuration (Burges 2010, "From RankNet to LambdaRank to LambdaMART").

    Parameters
    ----------
    truncation
        Pairs are compared where one of them stands among the first so many.
    negative_share
        Share of the candidates without a hit that trees learn from, drawn by hash: 1 for all. A part takes less
        time and memory, and teaches less.
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
    negative_share: float = 1.0
    prior: float = 1.0
    min_stop_queries: int = 150
    cv_folds: int = 5
    cv_rounds: int = 100
    boosting: Boosting = field(default_factory=Boosting)

    def __post_init__(self) -> None:
        check_at_least(self, 1, "truncation", "min_stop_queries", "cv_rounds")
        if self.prior < 0:
            raise ValueError(f"`prior` must be 0 or more, got {self.prior}.")
        check_at_least(self, 2, "cv_folds")
        check_share(self, "negative_share")


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

    def __call__(self, rows: Table, threads: int) -> npt.NDArray[np.float64]:
        """Score FEATURES rows; higher is better."""
        return self.of_columns(by_column(rows, self.features), fused_ranks(rows), threads)

    def of_columns(
        self, columns: npt.NDArray[np.float32], fused_rank: npt.NDArray[np.integer], threads: int
    ) -> npt.NDArray[np.float64]:
        """The same for rows as arrays: the features, NaN where missing, shape (features, rows), and the fused ranks."""
        forest = self._forest
        if not self._trees:
            trees = np.zeros(columns.shape[1])
        elif forest is None:
            rows = np.ascontiguousarray(columns.T)
            said = self.booster.predict(rows, num_threads=threads, raw_score=True)
            trees = np.asarray(said, dtype=np.float64)
        else:
            trees = forest(columns, threads)
        return trees + prior_of(fused_rank, self.prior)

    @cached_property
    def _trees(self) -> int:
        return int(self.booster.num_trees())

    @cached_property
    def _forest(self) -> Forest | None:
        """The same trees, ten times as fast."""
        return forest_of(self.booster)


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


def relevance(objective: str) -> pl.Expr:
    """Each row's relevance: 0 or 1 for a type; 0 to 3, the strongest type, for the shared model."""
    if objective != SHARED:
        return pl.col(objective).cast(pl.Int32)
    return pl.max_horizontal(pl.col(name).cast(pl.Int32) * level for level, name in enumerate(TYPES, 1))


def features_of(rows: pl.LazyFrame) -> list[str]:
    """The columns that trees may split on."""
    return [n for n in rows.collect_schema().names() if n not in NOT_FEATURES]


def gains_of(objective: str) -> list[int]:
    """What each relevance is worth."""
    return [0, *SHARED_GAINS.values()] if objective == SHARED else [0, 1]


def parameters_of(objective: str, ranker: LambdaRank) -> dict[str, Any]:
    """LightGBM's parameters of the objective itself."""
    return {
        "objective": "lambdarank",
        "label_gain": gains_of(objective),
        "lambdarank_truncation_level": ranker.truncation,
    }


def with_hits(rows: pl.LazyFrame, objective: str) -> pl.LazyFrame:
    """Rows with their relevance, of the queries that have a hit."""
    rated = rows.with_columns(relevance=relevance(objective))
    hits = rated.filter(pl.col("relevance") > 0).select("query").unique().sort("query").collect().lazy()
    return rated.join(hits, on="query", how="semi", maintain_order="left")


def train(rows: pl.LazyFrame, objective: str, ranker: LambdaRank) -> Trained:
    """Train one objective's model.

    Parameters
    ----------
    rows
        FEATURES with part and a 0/1 column a type, all candidates of each query, in any order. Where they are many,
        they are read some at a time, so that a scan of files needs less memory than the table.
    objective
        A type, or `shared`.
    ranker
        The configuration.

    Returns
    -------
    Trained
        Stopped where recall@20 on the `stop` part was best.
    """
    names, gains, parameters = features_of(rows), gains_of(objective), parameters_of(objective, ranker)
    learnt = with_hits(rows, objective)
    fit, stop = (learnt.filter(pl.col("part") == part) for part in ("fit", "stop"))
    watched = keys_of(stop)
    if enough := watched["query"].n_unique() >= ranker.min_stop_queries:
        training, queries = _taught(learnt_rows(fit, names), ranker)
        watch = learnt_rows(stop, names).dataset(ranker.prior, ranker.boosting, training)
        booster, reached = boost_until(training, parameters, ranker.boosting, watch, recall_measure(watched, gains))
    else:
        every, reached = learnt_rows(learnt, names), None
        fold = mix(taken_whole(rows.collect_schema().names()), SALT) % ranker.cv_folds
        rounds = _rounds_by_cross_validation(every, fold, parameters, ranker, gains)
        training, queries = _taught(every, ranker)
        booster = boost(training, parameters, ranker.boosting, rounds)
    about = {
        "objective": objective,
        "prior": ranker.prior,
        "stop_recall@20": reached,
        "stopped_by": "stop part" if enough else "cross-validation",
        "queries": queries.n_unique(),
        "rows": len(queries),
        "rounds": booster.num_trees(),
    }
    return Trained(booster, names, about)


def thinned(rows: Rows, share: float) -> Rows:
    """Rows with a relevance, and so many of the others, by hash: hard and easy ones in proportion."""
    if share == 1:
        return rows
    pair = pl.col("query").cast(pl.UInt64) * 2**32 + pl.col("item").cast(pl.UInt64)
    drawn = mix(pair, SALT) % NEGATIVE_STEPS < round(share * NEGATIVE_STEPS)
    return rows.filter((pl.col("relevance") > 0) | drawn)


def _taught(rows: LearntRows, ranker: LambdaRank) -> tuple[lgb.Dataset, pl.Series]:
    """What trees learn from, and each row's query; held features are let go of before the first tree."""
    some = thinned(rows, ranker.negative_share)
    return some.dataset(ranker.prior, ranker.boosting), some.keys["query"]


def _rounds_by_cross_validation(
    rows: LearntRows, fold: pl.Expr, parameters: dict[str, Any], ranker: LambdaRank, gains: Sequence[int]
) -> int:
    """The number of trees by recall@20 over folds of whole queries; 0 keeps the fused order."""

    def curve(number: int) -> npt.NDArray[np.float64] | None:
        inside, outside = rows.filter(fold != number), rows.filter(fold == number)
        keys = outside.keys
        if keys.is_empty() or inside.keys.is_empty():
            return None
        training, _ = _taught(inside, ranker)
        watched, measure = outside.dataset(ranker.prior, ranker.boosting, training), recall_measure(keys, gains)
        curve = learning_curve(training, parameters, ranker.boosting, watched, measure, ranker.cv_rounds)
        return np.concatenate([[measure(prior_scores(keys, ranker.prior))], curve])

    with ThreadPoolExecutor(ranker.boosting.threads if rows.held else 1) as pool:
        curves = [found for found in pool.map(curve, range(ranker.cv_folds)) if found is not None]
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
