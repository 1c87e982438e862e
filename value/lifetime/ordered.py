"""A method of several horizons: sums of increments, which cannot be out of order."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import check_is_fitted

from value.lifetime.method import Outputs
from value.money.chance import rows_of
from value.money.out_of_fold import fit_method
from value.money.trees import Trees

Floats = npt.NDArray[np.float64]


class Ordered(BaseEstimator):
    """Sums of increments between horizons, none below 0: so longer horizons never promise less, for any row.

    Increments are learnt apart, each by a copy of one method with a log link, from the rows whose two horizons are
    known. A row whose longer horizon has not matured teaches the shorter ones.

    Parameters
    ----------
    model
        The method: Tweedie trees by default (Jorgensen 1987).
    """

    def __init__(self, model: Any = None) -> None:
        self.model = model

    def fit(
        self,
        X: Any,
        Y: Floats,
        groups: npt.NDArray[Any] | None = None,
        sample_weight: Floats | None = None,
    ) -> "Ordered":
        """Learn the increments (see `value.lifetime.method.HorizonMethod`)."""
        self.n_features_in_ = np.shape(X)[1]
        plain = _plain(self.model)
        self.models_ = [_learnt(plain, X, step, groups, sample_weight) for step in np.transpose(increments(Y))]
        return self

    def outputs(self, X: Any) -> list[Outputs]:
        """`mean` alone: the sum of the increments up to each horizon."""
        check_is_fitted(self, "models_")
        steps = [np.maximum(np.asarray(one.predict(X), np.float64), 0.0) for one in self.models_]
        return [{"mean": total} for total in np.cumsum(steps, axis=0)]


def increments(Y: Floats) -> Floats:
    """(rows, horizons) what each horizon adds to the one before, 0 or more; NaN where one of the two is not known."""
    added = np.diff(Y, axis=1, prepend=0.0)
    return np.where(np.isnan(added), np.nan, np.maximum(added, 0.0))


def _plain(model: Any) -> Any:
    return clone(model if model is not None else Trees(loss="tweedie"))


def _learnt(model: Any, X: Any, target: Floats, groups: npt.NDArray[Any] | None, sample_weight: Floats | None) -> Any:
    known = ~np.isnan(target)
    if not known.any():
        raise ValueError("`Y` must hold a matured row of every horizon, got none of one; leave that horizon out.")
    some = None if groups is None else groups[known]
    weight = None if sample_weight is None else sample_weight[known]
    return fit_method(model, rows_of(X, known), target[known], some, weight)
