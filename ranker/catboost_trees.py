"""CatBoost's YetiRank over the same rows: symmetric trees, for a blend."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from catboost import CatBoost, Pool

from data.sound import opening
from learning.boosting import Boosting
from learning.foreign_trees import check_catboost
from ranker.dataset import ORDER, Table, matrix, prior_scores, queries_of

FILE = "catboost.json"


@dataclass(frozen=True)
class CatScorer:
    """Trees ready to score, their columns in order, and the weight of the fused order under them."""

    trees: CatBoost
    features: Sequence[str]
    prior: float

    def __call__(self, rows: Table, threads: int) -> npt.NDArray[np.float64]:
        """Score FEATURES rows; higher is better."""
        if not len(queries_of(rows)):
            return np.zeros(0)
        added = self.trees.predict(matrix(rows, self.features), prediction_type="RawFormulaVal", thread_count=threads)
        return np.asarray(added, np.float64) + prior_scores(rows, self.prior)

    def save(self, folder: Path) -> None:
        """Write catboost.json."""
        self.trees.save_model(str(folder / FILE), format="json")


def load_catboost(folder: Path, features: Sequence[str], prior: float) -> CatScorer:
    """Read what `CatScorer.save` wrote."""
    trees = CatBoost()
    with opening(folder / FILE):
        check_catboost((folder / FILE).read_bytes())
        trees.load_model(str(folder / FILE), format="json")
    return CatScorer(trees, features, prior)


def train_catboost(
    fit: pl.LazyFrame,
    stop: pl.LazyFrame | None,
    names: Sequence[str],
    gains: Sequence[int],
    prior: float,
    boosting: Boosting,
) -> CatScorer:
    """Train on `fit`, as long as NDCG@20 on `stop` rises.

    CatBoost takes the whole table, four bytes a value.

    Parameters
    ----------
    fit, stop
        See `ranker.lambdarank.with_hits`; without `stop` all rounds are made.
    names
        The features, in order.
    gains
        What a relevance is worth.
    prior
        What the fused order counts before the first tree.
    boosting
        The trees: as deep as so many `leaves` need. `feature_share` and `min_rows` are not used, which symmetric
        trees of a ranking loss do not have.

    Notes
    -----
    Gulin, Kuralenok, Pavlov 2011, "Winning the transfer learning track of Yahoo!'s learning to rank challenge with
    YetiRank".
    """
    trees = CatBoost(
        {
            "loss_function": "YetiRank",
            "eval_metric": "NDCG:top=20",
            "iterations": boosting.rounds,
            "learning_rate": boosting.learning_rate,
            "depth": max(1, round(log2(boosting.leaves))),
            "l2_leaf_reg": boosting.l2,
            "bootstrap_type": "Bernoulli",
            "subsample": boosting.row_share,
            "random_seed": boosting.seed,
            "thread_count": boosting.threads,
            "allow_writing_files": False,
            "verbose": False,
        }
    )
    watched = None if stop is None else _pool(stop, names, gains, prior)
    trees.fit(
        _pool(fit, names, gains, prior),
        eval_set=watched,
        use_best_model=watched is not None,
        early_stopping_rounds=None if watched is None else boosting.patience,
    )
    return CatScorer(trees, names, prior)


def _pool(rows: pl.LazyFrame, names: Sequence[str], gains: Sequence[int], prior: float) -> Pool:
    table = rows.select(*dict.fromkeys([*ORDER, "relevance", *names])).collect().sort(ORDER)
    return Pool(
        matrix(table, names),
        label=np.array(gains, np.float64)[table["relevance"].to_numpy()],
        group_id=table["query"].to_numpy().astype(np.int64),
        baseline=prior_scores(table, prior).reshape(-1, 1),
    )
