"""Boosted trees of three libraries behind one scikit-learn estimator, kept as the libraries' own text."""

import json
import tempfile
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from data.progress import rounds_told
from learning.foreign_trees import check_catboost, check_xgboost
from learning.lightgbm_text import sound_text

Floats = npt.NDArray[np.float64]
LIBRARIES = ("lightgbm", "xgboost", "catboost", "forest")
LOSSES = ("l2", "l1", "gamma", "tweedie", "binary")
LIGHTGBM = {"l2": "regression", "l1": "regression_l1", "gamma": "gamma", "tweedie": "tweedie", "binary": "binary"}
XGBOOST = {
    "l2": "reg:squarederror",
    "l1": "reg:absoluteerror",
    "gamma": "reg:gamma",
    "tweedie": "reg:tweedie",
    "binary": "binary:logistic",
}
CATBOOST = {"l2": "RMSE", "l1": "MAE", "tweedie": "Tweedie:variance_power={power}", "binary": "Logloss"}
FOREST = {"l2": "regression"}
LINKED = ("gamma", "tweedie")  # whose trees add up to the logarithm of the mean
BOOTSTRAPPED = 0.632  # share of the rows that a bootstrap sample holds
BINS = 63  # of a feature: as good as 255 on what was measured, in two thirds of the time
LEAST = 1e-6  # of a gamma target in XGBoost, which takes none of 0


class Trees(RegressorMixin, BaseEstimator):
    """Boosted trees.

    The target is divided by its mean before it is learnt, so that money in another unit gives the same trees: exactly
    so where the units differ by a power of two, else up to rounding.

    Parameters
    ----------
    library
        lightgbm, xgboost (Chen, Guestrin 2016), catboost (Prokhorenkova et al. 2018), or forest: a random forest
        (Breiman 2001) as LightGBM grows it, each tree on .63 of the rows.
    loss
        l2, l1 (the median), gamma, tweedie (Jorgensen 1987), or binary, whose predictions are probabilities.
    power
        Of the Tweedie variance, between 1 (Poisson) and 2 (gamma).
    rounds, learning_rate, leaves, min_rows, feature_share, row_share, l2
        As in `learning.boosting.Boosting`; CatBoost's trees are symmetric, of the nearest depth.
    threads
        Fixed, because the order of float sums depends on it.
    seed
        Of all random choices.
    """

    def __init__(
        self,
        library: str = "lightgbm",
        loss: str = "l2",
        *,
        power: float = 1.5,
        rounds: int = 140,
        learning_rate: float = 0.085,
        leaves: int = 31,
        min_rows: int = 50,
        feature_share: float = 0.5,
        row_share: float = 0.8,
        l2: float = 5.0,
        threads: int = 2,
        seed: int = 42,
    ) -> None:
        self.library = library
        self.loss = loss
        self.power = power
        self.rounds = rounds
        self.learning_rate = learning_rate
        self.leaves = leaves
        self.min_rows = min_rows
        self.feature_share = feature_share
        self.row_share = row_share
        self.l2 = l2
        self.threads = threads
        self.seed = seed

    def fit(self, X: Any, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> "Trees":
        """Grow the trees.

        Parameters
        ----------
        X
            (rows, features) numbers, missing ones NaN.
        y
            (rows,); 0 or more for gamma and tweedie, 0 or 1 for binary.
        sample_weight
            (rows,); only their proportions count.

        Raises
        ------
        ValueError
            If the library is unknown, or has no such loss.
        """
        self._check()
        target = np.asarray(y, np.float64)
        weight = None if sample_weight is None else np.asarray(sample_weight, np.float64)
        weight = None if weight is None else weight / weight.mean()
        self.n_features_in_ = np.shape(X)[1]
        self.scale_ = 1.0 if self.loss == "binary" else float(np.mean(np.abs(target))) or 1.0
        self.constant_ = float(target[0]) if np.ptp(target) == 0 else None  # which some libraries refuse
        grow = GROWN_BY[self.library]
        self.text_ = "" if self.constant_ is not None else grow(self, matrix_of(X), target / self.scale_, weight)
        self.__dict__.pop("_booster", None)
        return self

    def predict(self, X: Any) -> Floats:
        """The mean (the median for l1, the probability for binary) of each row, in the target's unit."""
        check_is_fitted(self, "text_")
        if self.constant_ is not None or not len(X):
            return np.full(len(X), self.constant_ or 0.0)
        if not hasattr(self, "_booster"):
            self._booster = _read(self.library, self.text_)
        raw = _answer(self.library, self._booster, matrix_of(X), self.threads, self.loss)
        return np.asarray(raw, np.float64) * self.scale_

    def __getstate__(self) -> dict[str, Any]:
        """All but the parsed trees, which are read from their text when they are asked."""
        return {name: value for name, value in super().__getstate__().items() if name != "_booster"}

    def _check(self) -> None:
        if self.library not in LIBRARIES:
            raise ValueError(f"`library` must be one of {', '.join(LIBRARIES)}, got {self.library!r}.")
        known = {"catboost": CATBOOST, "forest": FOREST}.get(self.library, LOSSES)
        if self.loss not in known:
            raise ValueError(f"`loss` must be one that {self.library} has, got {self.loss!r}.")
        if not 1 < self.power < 2:
            raise ValueError(f"`power` must lie between 1 and 2, got {self.power}.")


def _grow_lightgbm(trees: Trees, X: npt.NDArray[Any], y: Floats, weight: Floats | None) -> str:
    settings = lightgbm_settings(trees) | {"objective": LIGHTGBM[trees.loss], "tweedie_variance_power": trees.power}
    names = [f"f{n}" for n in range(X.shape[1])]
    grown = lgb.train(
        settings,
        lgb.Dataset(X, y, weight=weight, feature_name=names),
        trees.rounds,
        callbacks=[*rounds_told(trees.rounds)],
    )
    return str(grown.model_to_string())


def _grow_forest(trees: Trees, X: npt.NDArray[Any], y: Floats, weight: Floats | None) -> str:
    drawn = {"boosting": "rf", "bagging_fraction": BOOTSTRAPPED, "bagging_freq": 1, "lambda_l2": 0.0}
    settings = lightgbm_settings(trees) | drawn | {"objective": FOREST[trees.loss]}
    names = [f"f{n}" for n in range(X.shape[1])]
    grown = lgb.train(
        settings,
        lgb.Dataset(X, y, weight=weight, feature_name=names),
        trees.rounds,
        callbacks=[*rounds_told(trees.rounds)],
    )
    return str(grown.model_to_string())


def lightgbm_settings(trees: Trees) -> dict[str, Any]:
    """How LightGBM grows such trees, but for the objective."""
    return {
        "learning_rate": trees.learning_rate,
        "num_leaves": trees.leaves,
        "min_data_in_leaf": trees.min_rows,
        "feature_fraction": trees.feature_share,
        "bagging_fraction": trees.row_share,
        "bagging_freq": 0 if trees.row_share == 1 else 1,
        "lambda_l2": trees.l2,
        "num_threads": trees.threads,
        "seed": trees.seed,
        "deterministic": True,
        "force_col_wise": True,
        "verbosity": -1,
        "metric": "None",
        "feature_pre_filter": False,
        "max_bin": BINS,
    }


def _grow_xgboost(trees: Trees, X: npt.NDArray[Any], y: Floats, weight: Floats | None) -> str:
    import xgboost  # noqa: PLC0415 - slow to load, and not always needed

    settings = {
        "objective": XGBOOST[trees.loss],
        "tweedie_variance_power": trees.power,
        "eta": trees.learning_rate,
        "grow_policy": "lossguide",
        "max_leaves": trees.leaves,
        "max_depth": 0,
        "min_child_weight": trees.min_rows / 2,
        "colsample_bytree": trees.feature_share,
        "subsample": trees.row_share,
        "lambda": trees.l2,
        "tree_method": "hist",
        "max_bin": BINS,
        "nthread": trees.threads,
        "seed": trees.seed,
        "verbosity": 0,
    }
    target = np.maximum(y, LEAST) if trees.loss == "gamma" else y
    rows = xgboost.DMatrix(X, target, weight=weight, nthread=trees.threads)
    return bytes(xgboost.train(settings, rows, trees.rounds).save_raw("json")).decode()


def _grow_catboost(trees: Trees, X: npt.NDArray[Any], y: Floats, weight: Floats | None) -> str:
    import catboost  # noqa: PLC0415 - slow to load, and not always needed

    settings = {
        "loss_function": CATBOOST[trees.loss].format(power=trees.power),
        "iterations": trees.rounds,
        "learning_rate": trees.learning_rate,
        "depth": max(1, round(np.log2(trees.leaves))),
        "rsm": trees.feature_share,
        "bootstrap_type": "Bernoulli",
        "subsample": trees.row_share,
        "l2_leaf_reg": trees.l2,
        "thread_count": trees.threads,
        "random_seed": trees.seed,
        "border_count": BINS,
        "allow_writing_files": False,
        "verbose": False,
    }
    grown = catboost.CatBoost(settings).fit(X, y, sample_weight=weight)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        grown.save_model(str(path), format="json")
        found = json.loads(path.read_text())
    for name in ("model_guid", "train_finish_time"):  # which differ from run to run
        found["model_info"].pop(name, None)
    return json.dumps(found, sort_keys=True)


def _read(library: str, text: str) -> Any:
    if library in ("lightgbm", "forest"):
        return lgb.Booster(model_str=sound_text(text))
    if library == "xgboost":
        import xgboost  # noqa: PLC0415

        check_xgboost(text)
        booster = xgboost.Booster()
        booster.load_model(bytearray(text.encode()))
        return booster
    import catboost  # noqa: PLC0415

    check_catboost(text)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        path.write_text(text)
        return catboost.CatBoost().load_model(str(path), format="json")


def _answer(library: str, booster: Any, X: npt.NDArray[Any], threads: int, loss: str) -> Any:
    if library in ("lightgbm", "forest"):
        return booster.predict(X, num_threads=threads)
    if library == "xgboost":
        booster.set_param({"nthread": threads})
        return booster.inplace_predict(X)
    raw = booster.predict(X, thread_count=threads)
    if loss == "binary":
        return 1 / (1 + np.exp(-raw))
    return np.exp(raw) if loss in LINKED else raw


GROWN_BY = {
    "lightgbm": _grow_lightgbm,
    "xgboost": _grow_xgboost,
    "catboost": _grow_catboost,
    "forest": _grow_forest,
}


def matrix_of(X: Any) -> npt.NDArray[np.float32]:
    """Rows as trees take them: f32, side by side in memory."""
    return np.ascontiguousarray(np.asarray(X, np.float32))
