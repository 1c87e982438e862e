"""How members' answers become one: a plain mean, weights of 0 or more, ridge weights, or trees."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import Ridge
from sklearn.utils.validation import check_is_fitted

from value.money.trees import Trees

Floats = npt.NDArray[np.float64]
METAS = ("mean", "nnls", "ridge", "trees")


class MeanOfMembers(RegressorMixin, BaseEstimator):
    """The plain mean, which on heavy tails often beats learnt weights: it has nothing to overfit."""

    def fit(self, X: Any, y: npt.ArrayLike) -> "MeanOfMembers":
        """Nothing is learnt but the number of members."""
        self.n_features_in_ = np.shape(X)[1]
        self.coef_ = np.full(self.n_features_in_, 1 / self.n_features_in_)
        self.intercept_ = 0.0
        return self

    def predict(self, X: Any) -> Floats:
        """The mean of the columns."""
        check_is_fitted(self, "coef_")
        return np.asarray(np.asarray(X, np.float64) @ self.coef_)


class NonNegative(RegressorMixin, BaseEstimator):
    """Least squares under weights of 0 or more (Breiman 1996, Stacked regressions), none below a share of all.

    A row counts by the inverse of its members' mean (0.1 of the whole mean at least), since money spreads about a
    prediction the more the larger it is; so one giant order does not choose the weights.

    Parameters
    ----------
    least
        Share of the weights' sum below which a member is left out.
    even
        Whether all rows count alike.
    most
        Members that are kept, those of the largest weights.
    """

    def __init__(self, least: float = 0.05, even: bool = False, most: int | None = None) -> None:
        self.least = least
        self.even = even
        self.most = most

    def fit(self, X: Any, y: npt.ArrayLike) -> "NonNegative":
        """Find the weights."""
        columns, truth = np.asarray(X, np.float64), np.asarray(y, np.float64)
        self.n_features_in_ = columns.shape[1]
        middle = columns.mean(axis=1)
        root = np.ones(len(truth)) if self.even else 1 / np.sqrt(np.maximum(middle, max(0.1 * middle.mean(), 1e-12)))
        columns, truth = columns * root[:, None], truth * root
        gram, right = _halved(columns, truth)
        weights = nnls(gram, right)[0]
        kept = weights >= self.least * weights.sum()
        if self.most is not None:
            kept &= np.argsort(np.argsort(-weights, kind="stable")) < self.most
        self.coef_ = np.zeros(len(weights))
        if weights.any():
            self.coef_[kept] = nnls(gram[:, kept], right)[0]
        self.intercept_ = 0.0
        return self

    def predict(self, X: Any) -> Floats:
        """The weighted sum of the columns."""
        check_is_fitted(self, "coef_")
        return np.asarray(np.asarray(X, np.float64) @ self.coef_)


def meta(name: str, threads: int = 2, seed: int = 42) -> Any:
    """One of `METAS`, not yet fitted.

    Raises
    ------
    ValueError
        If the name is none of them.
    """
    made: dict[str, Callable[[], Any]] = {
        "mean": MeanOfMembers,
        "nnls": NonNegative,
        "ridge": lambda: Ridge(alpha=1.0),
        "trees": lambda: Trees(rounds=100, leaves=8, feature_share=1.0, threads=threads, seed=seed),
    }
    if name not in made:
        raise ValueError(f"`meta` must be one of {', '.join(METAS)}, got {name!r}.")
    return made[name]()


def _halved(columns: Floats, truth: Floats) -> tuple[Floats, Floats]:
    """A small square system with the same least squares: QR of the tall one."""
    q, r = np.linalg.qr(columns)
    return np.asarray(r), np.asarray(q.T @ truth)
