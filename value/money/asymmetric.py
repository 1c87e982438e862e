"""Money learnt on a logarithmic scale where too much costs more than too little, stopped by the measure itself."""

from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
from sklearn.utils.validation import check_is_fitted

from value.money.own_objective import OwnObjective, text_of
from value.money.trees import Trees, lightgbm_settings, matrix_of

Floats = npt.NDArray[np.float64]
METRICS = ("rmsle", "mae")
HELD_OUT = 7  # every so manieth row stops the trees
FEWEST = 20  # rows that stop below which nothing stops


class Asymmetric(OwnObjective):
    """Trees of log(1 + value) under an asymmetric loss.

    For rmsle the squared error of the logarithm, for mae its absolute error (the pinball loss of Koenker, Bassett 1978,
    whose quantile is that of the value itself), times `over` where the answer is too high. The number of trees is that
    of the least measure on a seventh of the rows.

    Parameters
    ----------
    metric
        rmsle or mae: what is stopped by.
    over
        What too much costs, where too little costs 1.
    trees
        How they are grown, `rounds` at most; their loss is not used.
    patience
        Trees without a gain after which growing ends.
    """

    def __init__(
        self, metric: str = "rmsle", over: float = 1.2, trees: Trees | None = None, patience: int = 25
    ) -> None:
        self.metric = metric
        self.over = over
        self.trees = trees
        self.patience = patience

    def fit(self, X: Any, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> "Asymmetric":
        """Learn from rows with their value, 0 or more.

        Raises
        ------
        ValueError
            If the measure is unknown, or `over` is not above 0.
        """
        if self.metric not in METRICS:
            raise ValueError(f"`metric` must be one of {', '.join(METRICS)}, got {self.metric!r}.")
        if self.over <= 0:
            raise ValueError(f"`over` must be above 0, got {self.over}.")
        value = np.asarray(y, np.float64)
        weight = np.ones(len(value)) if sample_weight is None else np.asarray(sample_weight, np.float64)
        self.n_features_in_ = np.shape(X)[1]
        self.start_ = self._constant(np.log1p(value), weight)
        self.keep("" if np.ptp(value) == 0 else self._grown(matrix_of(X), value, weight))
        return self

    def predict(self, X: Any) -> Floats:
        """The value that the loss asks for: no mean, but below it."""
        check_is_fitted(self, "text_")
        threads = (self.trees if self.trees is not None else Trees()).threads
        return np.maximum(np.expm1(self.start_ + self.raw_sums(X, threads)[:, 0]), 0.0)

    def _grown(self, X: npt.NDArray[np.float32], value: Floats, weight: Floats) -> str:
        trees = self.trees if self.trees is not None else Trees()
        stops = np.arange(len(value)) % HELD_OUT == HELD_OUT - 1
        if stops.sum() < FEWEST:
            stops = np.zeros(len(value), np.bool_)
        start, over = self.start_, self.over
        target = np.log1p(value)
        squared = self.metric == "rmsle"

        taught_target, taught_weight = target[~stops], weight[~stops]

        def objective(raw: Floats, _: lgb.Dataset) -> tuple[Floats, Floats]:
            error = raw + start - taught_target
            cost = np.where(error > 0, over, 1.0) * taught_weight
            return (cost * error, cost) if squared else (cost * np.sign(error), taught_weight)

        def measured(raw: Floats, rows: lgb.Dataset) -> tuple[str, float, bool]:
            said, true = raw + start, np.asarray(rows.get_label())
            off = said - true if squared else np.expm1(said) - np.expm1(true)
            return self.metric, float(np.sqrt(np.mean(off**2)) if squared else np.mean(np.abs(off))), False

        settings = lightgbm_settings(trees) | {"objective": objective}
        names = [f"f{n}" for n in range(X.shape[1])]
        taught = lgb.Dataset(X[~stops], taught_target, feature_name=names)
        stopped: dict[str, Any] = {}
        if stops.any():
            judged = lgb.Dataset(X[stops], target[stops], reference=taught)
            stopping = lgb.early_stopping(self.patience, verbose=False)
            stopped = {"valid_sets": [judged], "feval": measured, "callbacks": [stopping]}
        grown = lgb.train(settings, taught, trees.rounds, **stopped)
        return text_of(grown, "regression", grown.best_iteration or None)

    def _constant(self, target: Floats, weight: Floats) -> float:
        """The best answer if all rows were alike: the mean, or the quantile, of the logarithms."""
        if self.metric == "mae":
            order = np.argsort(target, kind="stable")
            share = np.cumsum(weight[order]) / weight.sum()
            return float(target[order][int(np.searchsorted(share, 1 / (1 + self.over)))])
        return float(np.average(target, weights=weight))
