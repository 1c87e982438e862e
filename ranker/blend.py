"""Several rankers of one objective as one: LambdaRank with more seeds, the shared model, other libraries' trees."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.linear_model import Ridge

from data.checks import check_at_least
from learning.boosting import Boosting
from ranker.dataset import Table, queries_of
from ranker.lambdarank import SHARED, LambdaRank, Scorer

Floats = npt.NDArray[np.float64]
Kind = Literal["mean", "ranks", "ridge"]
MAIN = "main"


class Scores(Protocol):
    """What scores FEATURES rows."""

    def __call__(self, rows: Table, threads: int) -> Floats:
        """Score rows; higher is better."""
        ...


class Foreign(Scores, Protocol):
    """Another library's trees, which know how they are kept."""

    def save(self, folder: Path) -> None:
        """Write them."""
        ...


@dataclass(frozen=True)
class Members:
    """What an objective's ranker is blended of.

    Parameters
    ----------
    seeds
        LambdaRank models that differ in their seed alone.
    folds
        As many LambdaRank models again, each of which leaves a group of the sessions out, of `fit` and of `stop`, and
        is stopped by it, or, where it has too few queries for that, by cross-validation of the others: together they
        learn from all. 0 for none.
    shared
        Whether the model over all types is one more.
    xgboost, catboost
        The trees of another library's ranker; null for none.
    blend
        How they are weighed: `mean` of the scores, each in units of its own spread; mean of the `ranks` within the
        query; `ridge`, weights of 0 or more that foresee the relevance of the `stop` part's rows.
    """

    seeds: int = 1
    folds: int = 0
    shared: bool = False
    xgboost: Boosting | None = None
    catboost: Boosting | None = None
    blend: Kind = "mean"

    def __post_init__(self) -> None:
        check_at_least(self, 1, "seeds")
        if self.folds not in (0, *range(2, 21)):
            raise ValueError(f"`folds` must be 0 or from 2 to 20, got {self.folds}.")
        if self.blend not in get_args(Kind):
            raise ValueError(f"`blend` must be one of {get_args(Kind)}, got {self.blend!r}.")

    def lambdaranks(self, objective: str, ranker: LambdaRank) -> dict[str, tuple[str, LambdaRank]]:
        """The LambdaRank members beside the main one: objective and configuration by name."""
        first = ranker.boosting.seed
        others = {
            f"seed_{n + 1}": (objective, replace(ranker, boosting=replace(ranker.boosting, seed=first + n)))
            for n in range(1, self.seeds)
        }
        return others | ({SHARED: (SHARED, ranker)} if self.shared and objective != SHARED else {})

    @property
    def alone(self) -> bool:
        """Whether there is nothing to blend."""
        return self == replace(self, seeds=1, folds=0, shared=False, xgboost=None, catboost=None)


@dataclass(frozen=True)
class Blend(Scorer):
    """Members' scores, weighed and added; its own trees are the main member's, which explanations are of.

    Parameters
    ----------
    others
        The other members by name.
    weights
        By name, `main` among them; for scores as they are.
    ranks
        Whether ranks within the query are weighed, and not scores.
    """

    others: Mapping[str, Scores]
    weights: Mapping[str, float]
    ranks: bool

    def __call__(self, rows: Table, threads: int) -> Floats:
        """Score FEATURES rows; higher is better."""
        members: dict[str, Scores] = {MAIN: super().__call__, **self.others}
        query = queries_of(rows)
        scores = {name: members[name](rows, threads) for name, weight in self.weights.items() if weight}
        parts = (self.weights[n] * (within_query_ranks(query, s) if self.ranks else s) for n, s in scores.items())
        return np.asarray(np.sum([np.zeros(len(query)), *parts], axis=0))


def within_query_ranks(query: npt.NDArray[Any], scores: Floats) -> Floats:
    """Minus the mean rank of each score within its query, so that higher is better."""
    frame = pl.DataFrame({"query": query, "score": scores})
    ranks = frame.select(pl.col("score").rank("average", descending=True).over("query")).to_series()
    return np.asarray(-ranks.to_numpy(), np.float64)


def weigh(
    kind: Kind, query: npt.NDArray[Any], relevance: npt.NDArray[Any], scores: Mapping[str, Floats]
) -> dict[str, float]:
    """What each member counts.

    Parameters
    ----------
    kind
        See `Members.blend`.
    query, relevance
        Of rows that no member has learnt from.
    scores
        Each member's, of these rows.

    Returns
    -------
    dict
        A weight a member: for its scores, or for `ranks` for its ranks. Where ridge finds none above 0, as `mean`.
    """
    if kind == "ranks":
        return dict.fromkeys(scores, 1 / len(scores))
    spreads = {name: _spread(query, values) for name, values in scores.items()}
    mean = {name: 1 / (len(scores) * spread) for name, spread in spreads.items()}
    if kind == "mean":
        return mean
    centred = np.stack([_centred(query, values) / spreads[name] for name, values in scores.items()], axis=1)
    found = Ridge(alpha=1.0, positive=True).fit(centred, _centred(query, relevance.astype(np.float64))).coef_
    if not found.sum() > 0:
        return mean
    shares = found / found.sum()
    return {name: float(share / spreads[name]) for name, share in zip(scores, shares, strict=True)}


def _centred(query: npt.NDArray[Any], values: Floats) -> Floats:
    """Values less their query's mean."""
    frame = pl.DataFrame({"query": query, "value": values})
    return np.asarray(frame.select(pl.col("value") - pl.col("value").mean().over("query")).to_series().to_numpy())


def _spread(query: npt.NDArray[Any], values: Floats) -> float:
    """The standard deviation within queries; 1 where there is none."""
    return float(np.sqrt(np.mean(_centred(query, values) ** 2))) or 1.0
