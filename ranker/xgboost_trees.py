"""XGBoost's LambdaMART over the same rows: another hand's trees, for a blend."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import xgboost as xgb

from data.sound import need, opening
from learning.boosting import Boosting
from learning.foreign_trees import check_xgboost
from ranker.dataset import ORDER, ROWS_AT_ONCE, Reader, Table, blocks_of, keys_of, matrix, prior_scores, queries_of
from ranker.recall_measure import recall_measure

FILE = "xgboost.json"


@dataclass(frozen=True)
class XgbScorer:
    """Trees ready to score, their columns in order, and the weight of the fused order under them."""

    booster: xgb.Booster
    features: Sequence[str]
    prior: float

    def __call__(self, rows: Table, threads: int) -> npt.NDArray[np.float64]:
        """Score FEATURES rows; higher is better."""
        if not len(queries_of(rows)):
            return np.zeros(0)
        self.booster.set_param({"nthread": threads})
        table = matrix(rows, self.features)
        start = prior_scores(rows, self.prior)
        return np.asarray(self.booster.inplace_predict(table, predict_type="margin", base_margin=start), np.float64)

    def save(self, folder: Path) -> None:
        """Write xgboost.json."""
        self.booster.save_model(folder / FILE)


def load_xgboost(folder: Path, features: Sequence[str], prior: float) -> XgbScorer:
    """Read what `XgbScorer.save` wrote."""
    booster = xgb.Booster()
    with opening(folder / FILE):
        check_xgboost((folder / FILE).read_bytes())
        booster.load_model(folder / FILE)
        need(booster.num_features() == len(features), f"its trees are of {booster.num_features():,} features")
    return XgbScorer(booster, features, prior)


def train_xgboost(
    fit: pl.LazyFrame,
    stop: pl.LazyFrame | None,
    names: Sequence[str],
    gains: Sequence[int],
    prior: float,
    boosting: Boosting,
) -> XgbScorer:
    """Train on `fit`, as long as recall@20 on `stop` rises (Chen, Guestrin 2016, "XGBoost").

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
        The trees. XGBoost has no least number of rows in a leaf: `min_rows` is not used.
    """
    parameters: dict[str, Any] = {
        "objective": "rank:ndcg",
        "ndcg_exp_gain": False,
        "lambdarank_pair_method": "topk",
        "lambdarank_num_pair_per_sample": 20,
        "tree_method": "hist",
        "grow_policy": "lossguide",
        "max_depth": 0,
        "max_leaves": boosting.leaves,
        "learning_rate": boosting.learning_rate,
        "reg_lambda": boosting.l2,
        "colsample_bytree": boosting.feature_share,
        "subsample": boosting.row_share,
        "nthread": boosting.threads,
        "seed": boosting.seed,
        "disable_default_eval_metric": True,
    }
    rows = xgb.QuantileDMatrix(_Rows(fit, names, gains, prior))
    if stop is None:
        return XgbScorer(xgb.train(parameters, rows, boosting.rounds), names, prior)
    watched = xgb.QuantileDMatrix(_Rows(stop, names, gains, prior), ref=rows)
    booster = xgb.train(
        parameters,
        rows,
        boosting.rounds,
        evals=[(watched, "stop")],
        custom_metric=_watch(stop, gains),
        maximize=True,
        early_stopping_rounds=boosting.patience,
        verbose_eval=False,
    )
    return XgbScorer(booster[: booster.best_iteration + 1], names, prior)


def _watch(stop: pl.LazyFrame, gains: Sequence[int]) -> Callable[[Any, Any], tuple[str, float]]:
    measure = recall_measure(keys_of(stop), gains)
    return lambda scores, _: ("recall", measure(np.asarray(scores, np.float64)))


class _Rows(xgb.DataIter):  # type: ignore[misc]
    """Whole queries, some at a time."""

    def __init__(self, rows: pl.LazyFrame, names: Sequence[str], gains: Sequence[int], prior: float) -> None:
        super().__init__()
        self.keys = keys_of(rows)
        self.blocks = blocks_of(self.keys.group_by("query", maintain_order=True).len(), ROWS_AT_ONCE)
        self.reader, self.gains, self.prior, self.place = Reader(rows, names), np.array(gains), prior, 0

    def reset(self) -> None:
        """Begin again."""
        self.place = 0

    def next(self, input_data: Callable[..., None]) -> bool:
        """Give a block; False where there is none left."""
        if self.place == len(self.blocks):
            return False
        first, last, _ = self.blocks[self.place]
        keys = self.keys.filter(pl.col("query").is_between(first, last)).sort(ORDER)
        input_data(
            data=self.reader.read(first, last),
            label=self.gains[keys["relevance"].to_numpy()],
            qid=keys["query"].to_numpy(),
            base_margin=prior_scores(keys, self.prior),
        )
        self.place += 1
        return True
