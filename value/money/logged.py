"""Money learnt on a logarithmic scale, where one giant order counts no more than many small ones."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.utils.validation import check_is_fitted, has_fit_parameter

from value.money.trees import Trees

Floats = npt.NDArray[np.float64]


class Logged(RegressorMixin, BaseEstimator):
    """Learn log(1 + value) with any regressor.

    The unit of money matters here: log(1 + value) of cents is not that of pounds.

    Parameters
    ----------
    model
        What learns it: trees by default; an l1 loss gives medians.
    """

    def __init__(self, model: Any = None) -> None:
        self.model = model

    def fit(self, X: Any, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> "Logged":
        """Learn from rows with their value, 0 or more."""
        target = np.log1p(np.asarray(y, np.float64))
        weight = None if sample_weight is None else np.asarray(sample_weight, np.float64)
        model = clone(self.model if self.model is not None else Trees())
        takes = weight is not None and has_fit_parameter(model, "sample_weight")
        self.n_features_in_ = np.shape(X)[1]
        self.model_ = model.fit(X, target, **({"sample_weight": weight} if takes else {}))
        left = target - self.model_.predict(X)
        self.smearing_ = float(np.average(np.exp(left), weights=weight))
        return self

    def predict(self, X: Any) -> Floats:
        """The value expected, with Duan's (1983) smearing: exp(log) times the mean of exp(residual), less 1."""
        return self.outputs(X)["mean"]

    def outputs(self, X: Any) -> dict[str, Floats]:
        """`mean`, with smearing, and `log`, expm1 of what was learnt: for RMSLE."""
        check_is_fitted(self, "model_")
        said = np.asarray(self.model_.predict(X), np.float64)
        mean = np.exp(said) * self.smearing_ - 1
        return {"mean": np.maximum(mean, 0.0), "log": np.maximum(np.expm1(said), 0.0)}
