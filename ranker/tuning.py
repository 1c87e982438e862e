"""A ranker's settings by an Optuna study: what may be tried, what it is worth, and when it beats the defaults."""

from dataclasses import dataclass, replace
from functools import cached_property
from math import sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
import optuna
import polars as pl
from optuna.distributions import FloatDistribution, IntDistribution

from data.keys import mix
from data.schema import TYPES
from learning.boosting import boost
from learning.study import Search, Settings, Tried, best_of, search
from ranker.dataset import keys_of, matrix, prior_scores
from ranker.lambdarank import LambdaRank, features_of, fewest_rounds, gains_of, parameters_of, train, with_hits
from ranker.learnt_rows import LearntRows, learnt_rows
from ranker.recall_measure import recall_by_query
from ranker.training_rows import taken_whole

SALT = 9
MIN_QUERIES = 20
BY_CHANCE = 0.05
OF_RANKER = ("truncation", "prior")
OF_TREES = ("learning_rate", "leaves", "min_rows", "feature_share", "row_share", "l2")


@dataclass(frozen=True)
class Tuned:
    """What came of a search.

    Parameters
    ----------
    ranker
        The configuration to train with: the best trial's, or the one that was given.
    about
        settings, default_settings, recall@20 of both, their difference and the one needed, who judged, trials.
    """

    ranker: LambdaRank
    about: dict[str, Any]


def settings_of(ranker: LambdaRank) -> Settings:
    """A configuration's values of all that is tuned."""
    own = {name: getattr(ranker, name) for name in OF_RANKER}
    return own | {name: getattr(ranker.boosting, name) for name in OF_TREES}


def with_settings(ranker: LambdaRank, settings: Settings) -> LambdaRank:
    """The configuration with other values of what is tuned."""
    trees = {name: settings[name] for name in OF_TREES}
    return replace(ranker, **{n: settings[n] for n in OF_RANKER}, boosting=replace(ranker.boosting, **trees))


def space_around(ranker: LambdaRank) -> dict[str, FloatDistribution | IntDistribution]:
    """What may be tried: wide ranges, widened further where the configuration lies outside."""
    ranges: dict[str, tuple[float, float, bool]] = {
        "truncation": (10, 100, True),
        "prior": (0.0, 2.0, False),
        "learning_rate": (0.01, 0.2, True),
        "leaves": (7, 127, True),
        "min_rows": (5, 500, True),
        "feature_share": (0.2, 1.0, False),
        "row_share": (0.4, 1.0, False),
        "l2": (0.0, 30.0, False),
    }
    return {
        name: (IntDistribution if isinstance(value, int) else FloatDistribution)(
            min(ranges[name][0], value), max(ranges[name][1], value), log=ranges[name][2]
        )
        for name, value in _typed(settings_of(ranker)).items()
    }


def _typed(settings: Settings) -> Settings:
    """Whole numbers as floats where the setting is a share, a rate or a weight: `l2: 5` is 5.0."""
    whole = ("truncation", "leaves", "min_rows")
    return {name: int(value) if name in whole else float(value) for name, value in settings.items()}


@dataclass(frozen=True)
class Judge:
    """What settings are worth: recall@20 on queries that neither trees nor their number have seen.

    Half of the `stop` part's queries, by hash, stop a trial's training early and the other half judge it. Where that
    leaves fewer than `min_stop_queries` in a half, cross-validation over `fit` and `stop` judges, and a fold's number
    of trees is chosen on the other folds' curves, by the rule that training itself follows.

    Parameters
    ----------
    rows, objective, ranker
        As `ranker.lambdarank.train` takes them; rows of the test fold are never among them.
    """

    rows: pl.LazyFrame
    objective: str
    ranker: LambdaRank

    @property
    def by(self) -> str:
        """Who judges, in words."""
        return "half of the stop part" if self._halved else "cross-validation"

    @cached_property
    def queries(self) -> int:
        """Queries that judge."""
        return int(self._judged["query"].n_unique())

    @cached_property
    def possible(self) -> float:
        """The gain that their lists could hold."""
        return recall_by_query(self._judged, gains_of(self.objective)).possible

    def __call__(self, settings: Settings, trial: optuna.Trial) -> float:
        """recall@20 with these settings; each judging query's gain is noted in the trial."""
        gained = self.gained(with_settings(self.ranker, settings))
        trial.set_user_attr("gained", gained.astype(int).tolist())
        return float(gained.sum() / self.possible)

    def gained(self, ranker: LambdaRank) -> npt.NDArray[np.float64]:
        """The gain of each judging query, in a fixed order."""
        return self._gained_on_half(ranker) if self._halved else self._gained_across(ranker)

    @cached_property
    def _judged(self) -> pl.DataFrame:
        return keys_of(self._judging.lazy() if self._halved else self._hits)

    @cached_property
    def _hits(self) -> pl.LazyFrame:
        return with_hits(self.rows, self.objective)

    @cached_property
    def _halved(self) -> bool:
        stop = self.rows.filter(pl.col("part") == "stop").select("query", *TYPES)
        counts = with_hits(stop, self.objective).select("query").unique().group_by(_judges("query")).len().collect()
        return counts.height == 2 and int(counts["len"].to_numpy().min()) >= self.ranker.min_stop_queries

    @cached_property
    def _judging(self) -> pl.DataFrame:
        judging = self.rows.filter((pl.col("part") == "stop") & _judges("query"))
        return with_hits(judging, self.objective).collect().sort("query", "fused__rank")

    def _gained_on_half(self, ranker: LambdaRank) -> npt.NDArray[np.float64]:
        seen = self.rows.filter((pl.col("part") == "fit") | ~_judges("query"))
        trained = train(seen, self.objective, ranker)
        scores = trained.scorer(self._judging, ranker.boosting.threads)
        return recall_by_query(self._judging, gains_of(self.objective)).gained(scores)

    def _gained_across(self, ranker: LambdaRank) -> npt.NDArray[np.float64]:
        fold = mix(taken_whole(self.rows.collect_schema().names()), SALT) % ranker.cv_folds
        folds = [
            (self._learnt.filter(fold != n), self._hits.filter(fold == n).collect()) for n in range(ranker.cv_folds)
        ]
        tables = [self._by_rounds(inside, outside, ranker) for inside, outside in folds if not outside.is_empty()]
        curves = np.array([gained.mean(axis=1) for gained in tables])
        rounds = [fewest_rounds(np.delete(curves, n, axis=0)) for n in range(len(tables))]
        return np.concatenate([gained[chosen] for gained, chosen in zip(tables, rounds, strict=True)])

    @cached_property
    def _learnt(self) -> LearntRows:
        """What the folds of every trial are taken from."""
        return learnt_rows(self._hits, features_of(self.rows))

    def _by_rounds(self, inside: LearntRows, outside: pl.DataFrame, ranker: LambdaRank) -> npt.NDArray[np.float64]:
        """Array (round from 0, query) of the gains of a fold's queries."""
        outside = outside.sort("query", "fused__rank")
        names, measure = features_of(self.rows), recall_by_query(outside, gains_of(self.objective))
        training = inside.dataset(ranker.prior, ranker.boosting)
        booster = boost(training, parameters_of(self.objective, ranker), ranker.boosting, ranker.cv_rounds)
        table, scores = matrix(outside, names), prior_scores(outside, ranker.prior)
        gained = [measure.gained(scores)]
        for number in range(booster.num_trees()):
            one = booster.predict(
                table, start_iteration=number, num_iteration=1, raw_score=True, num_threads=ranker.boosting.threads
            )
            scores = scores + np.asarray(one)
            gained.append(measure.gained(scores))
        return np.array([*gained, *[gained[-1]] * (ranker.cv_rounds + 1 - len(gained))])


def _judges(column: str) -> pl.Expr:
    return mix(pl.col(column).cast(pl.UInt64), SALT) % 2 == 1


def tune(rows: pl.LazyFrame, objective: str, ranker: LambdaRank, search_by: Search, storage: Path, name: str) -> Tuned:
    """Look for settings that beat the given ones by more than noise.

    Parameters
    ----------
    rows, objective, ranker
        As `ranker.lambdarank.train` takes them. `ranker` is the first trial.
    search_by
        The search.
    storage, name
        The sqlite file and the study's name in it (see `learning.study.search`).
    """
    judge, default = Judge(rows, objective, ranker), _typed(settings_of(ranker))
    if judge.queries < MIN_QUERIES:
        kept = f"defaults: fewer than {MIN_QUERIES} queries to judge by"
        return Tuned(ranker, {"objective": objective, "kept": kept, "settings": default, "trials": 0})
    tried = search(judge, space_around(ranker), storage, search_by, name=name, first=default)
    first, best = tried[0], best_of(tried)
    gap, needed = beyond_luck(first, best, judge.possible, len(tried) - 1)
    wins = gap > needed
    about = {
        "objective": objective,
        "kept": f"trial {best.number}" if wins else "defaults",
        "settings": best.settings if wins else default,
        "default_settings": default,
        "recall@20": best.value if wins else first.value,
        "default_recall@20": first.value,
        "best_recall@20": best.value,
        "best_settings": best.settings,
        "difference": gap,
        "difference_needed": needed,
        "judged_by": judge.by,
        "queries": judge.queries,
        "trials": len(tried),
        "values": [t.value for t in tried],
    }
    return Tuned(with_settings(ranker, best.settings) if wins else ranker, about)


def beyond_luck(first: Tried, best: Tried, possible: float, rivals: int) -> tuple[float, float]:
    """By how much the best trial beats the first one, and by how much it would have to.

    The standard error is that of the queries' own differences, since easy and hard queries are the same ones in both
    trials. The needed difference is one that the luckiest of so many settings, all as good as the first, would reach
    in at most one search of twenty (a one-sided normal test at 0.05 / rivals: Bonferroni).

    Parameters
    ----------
    first, best
        Trials with `gained` by query in their notes.
    possible
        The gain that all lists could hold.
    rivals
        Trials that the best one was chosen from.
    """
    gaps = np.array(best.notes["gained"], dtype=np.float64) - np.array(first.notes["gained"], dtype=np.float64)
    error = float(gaps.std(ddof=1)) * sqrt(len(gaps)) / possible
    errors = NormalDist().inv_cdf(1 - BY_CHANCE / max(1, rivals))
    return float(gaps.sum() / possible), errors * error
