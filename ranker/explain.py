"""Why a ranker orders as it does: what each feature is worth to recall, and what it adds to a candidate's score."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.checks import check_at_least
from data.keys import mix
from learning.boosting import importance
from ranker.dataset import matrix, prior_scores
from ranker.lambdarank import Scorer, gains_of, with_hits
from ranker.recall_measure import RecallByQuery, recall_by_query

SALT = 10
START = "fused__rank"  # the feature that a candidate's starting score is made from
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Importances:
    """How importances are measured.

    Parameters
    ----------
    queries
        Queries of the `stop` part at most.
    seed
        Of the permutations.
    """

    queries: int = 150
    seed: int = 42

    def __post_init__(self) -> None:
        check_at_least(self, 1, "queries")
        if self.seed < 0:
            raise ValueError(f"`seed` must be 0 or more, got {self.seed}.")


def group_of(feature: str) -> str:
    """The feature group, or the source's member, that a column is of: what stands before `__`."""
    return feature.partition("__")[0]


def explain_model(
    scorer: Scorer, rows: pl.LazyFrame, objective: str, importances: Importances, threads: int
) -> dict[str, Any] | None:
    """Gain, permutation importance and mean contribution of every feature and group.

    Parameters
    ----------
    scorer
        The model that serves the objective.
    rows
        What the rankers have learnt from, as `ranker.lambdarank.train` takes it.
    objective
        A type.
    importances
        The measuring.
    threads
        Fixed, for the same sums in every run.

    Returns
    -------
    dict
        queries, recall@20, and by group and by feature: `gain` of all splits; `permutation`, by how much recall@20
        falls where its values are permuted among the rows; `contribution`, the mean of its absolute contribution to a
        score, against the query's other candidates (of a group: of its features' sum). Largest permutation first.
        Null where no query has a hit of this type.
    """
    some = explained_rows(rows, objective, importances.queries)
    if some.is_empty():
        return None
    features = list(scorer.features)
    groups = list(dict.fromkeys(group_of(f) for f in features))
    measure, gain = recall_by_query(some, gains_of(objective)), importance(scorer.booster, features)
    recall, drop = _permuting(scorer, some, measure, importances.seed, threads)
    added = within_query(some, contributions(scorer, some, threads))
    of_group = {g: [i for i, f in enumerate(features) if group_of(f) == g] for g in groups}
    by_feature = {
        f: {"gain": gain[f], "permutation": drop([i]), "contribution": float(np.abs(added[:, i]).mean())}
        for i, f in enumerate(features)
    }
    by_group = {
        g: {
            "gain": sum(gain[features[i]] for i in places),
            "permutation": drop(places),
            "contribution": float(np.abs(added[:, places].sum(axis=1)).mean()),
        }
        for g, places in of_group.items()
    }
    about = {"queries": some["query"].n_unique(), "rows": some.height, "recall@20": recall}
    return about | {"groups": _sorted(by_group), "features": _sorted(by_feature)}


def explained_rows(rows: pl.LazyFrame, objective: str, most: int) -> pl.DataFrame:
    """The rows of some queries of the `stop` part with a hit, by hash; of `fit` too where `stop` has none."""
    hits = with_hits(rows, objective)
    queries = hits.select("query", "part").unique().collect()
    stop = queries.filter(pl.col("part") == "stop")
    order = mix(pl.col("query").cast(pl.UInt64), SALT)
    chosen = (queries if stop.is_empty() else stop).sort(order, "query").head(most).lazy()
    return hits.join(chosen, on="query", how="semi").collect().sort("query", "fused__rank")


def _permuting(
    scorer: Scorer, rows: pl.DataFrame, measure: RecallByQuery, seed: int, threads: int
) -> tuple[float, Callable[[Sequence[int]], float]]:
    """recall@20 of the rows, and by how much it falls where the features at some places are permuted together."""
    table, start = matrix(rows, scorer.features), prior_scores(rows, scorer.prior)
    shuffle = np.random.default_rng(seed).permutation(rows.height)
    features, splits = list(scorer.features), scorer.booster.feature_importance("split")

    def recall(values: npt.NDArray[np.float32], prior: Floats) -> float:
        trees = scorer.booster.predict(values, num_threads=threads, raw_score=True)
        return float(measure.gained(np.asarray(trees) + prior).sum() / measure.possible)

    whole = recall(table, start)

    def drop(places: Sequence[int]) -> float:
        starting = START in [features[i] for i in places] and scorer.prior > 0
        used = [i for i in places if splits[i]]
        if not used and not starting:
            return 0.0
        mixed = table.copy()
        mixed[:, used] = table[:, used][shuffle]
        return whole - recall(mixed, start[shuffle] if starting else start)

    return whole, drop


def contributions(scorer: Scorer, rows: pl.DataFrame, threads: int) -> Floats:
    """What each feature adds to each row's score: TreeSHAP (Lundberg et al. 2018) as LightGBM computes it.

    Parameters
    ----------
    scorer
        The model.
    rows
        FEATURES.
    threads
        For the prediction.

    Returns
    -------
    ndarray
        A row a candidate, a column a feature and a last one for what all rows have in common; a row's sum is its
        score. The starting score, which comes from the fused rank, is counted to `fused__rank`.
    """
    features = list(scorer.features)
    added = np.zeros((rows.height, len(features) + 1))
    if rows.height and scorer.booster.num_trees():
        added += np.asarray(scorer.booster.predict(matrix(rows, features), pred_contrib=True, num_threads=threads))
    added[:, features.index(START) if START in features else -1] += prior_scores(rows, scorer.prior)
    return added


def within_query(rows: pl.DataFrame, added: Floats) -> Floats:
    """Contributions against the mean of the query's candidates.

    Only differences within a query decide an order: what a session's length adds to all of them alike is 0 here.

    Parameters
    ----------
    rows
        query.
    added
        `contributions` of these rows.

    Returns
    -------
    ndarray
        A row a candidate, a column a feature; a row's sum is its score less its query's mean.
    """
    _, query = np.unique(rows["query"].to_numpy(), return_inverse=True)
    sums = np.zeros((query.max(initial=-1) + 1, added.shape[1] - 1))
    np.add.at(sums, query, added[:, :-1])
    return np.asarray(added[:, :-1] - (sums / np.bincount(query)[:, None])[query])


def strongest(features: Sequence[str], added: Floats, most: int = 3) -> tuple[list[str], list[str]]:
    """The features that speak most for one candidate and most against it, strongest first, ties by name."""
    order = sorted(range(len(features)), key=lambda i: (-abs(added[i]), features[i]))
    speaking = [[features[i] for i in order if sign * added[i] > 0][:most] for sign in (1, -1)]
    return speaking[0], speaking[1]


def _sorted(measured: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    return dict(sorted(measured.items(), key=lambda one: (-one[1]["permutation"], -one[1]["contribution"], one[0])))
