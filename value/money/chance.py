"""The calibrated chance of something, such as any purchase."""

import json
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import logit
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.model_selection import GroupKFold
from sklearn.utils.validation import check_is_fitted

from learning.calibration import METHODS, WITH_BETA, calibrate, from_json, to_json
from value.money.trees import Trees

Floats = npt.NDArray[np.float64]
EDGE = 1e-7  # of a raw probability, before its logit is taken


class Chance(RegressorMixin, BaseEstimator):
    """A classifier, calibrated on rows that copies of it have not learnt from, by whatever has the least Brier score.

    Parameters
    ----------
    classifier
        What learns: trees with the binary loss by default.
    folds
        Of the cross-fitting, by group, that it is calibrated on; 0 leaves it as it is.
    beta
        Whether beta calibration (Kull, Silva Filho, Flach 2017) is tried too.
    """

    def __init__(self, classifier: Any = None, folds: int = 3, *, beta: bool = False) -> None:
        self.classifier = classifier
        self.folds = folds
        self.beta = beta

    def fit(
        self,
        X: Any,
        y: npt.ArrayLike,
        groups: npt.ArrayLike | None = None,
        sample_weight: npt.ArrayLike | None = None,
    ) -> "Chance":
        """Learn from rows with 0 or 1; `groups` keep the rows of one visitor together while it is calibrated."""
        truth = np.asarray(y, np.float64)
        weight = None if sample_weight is None else np.asarray(sample_weight, np.float64)
        self.n_features_in_ = np.shape(X)[1]
        self.constant_ = float(truth[0]) if np.ptp(truth) == 0 else None
        self.classifier_: Any = None
        self.calibration_ = ""
        if self.constant_ is None:
            own = np.arange(len(truth)) if groups is None else np.asarray(groups)
            self._learn(X, truth, own, weight)
        return self

    def predict(self, X: Any) -> Floats:
        """The probability of a 1 of each row."""
        check_is_fitted(self, "calibration_")
        if self.constant_ is not None:
            return np.full(len(X), self.constant_)
        raw = np.asarray(self.classifier_.predict(X), np.float64)
        return raw if not self.calibration_ else from_json(json.loads(self.calibration_))(_logits(raw))

    def _learn(self, X: Any, truth: Floats, groups: npt.NDArray[Any], weight: Floats | None) -> None:
        """The classifier on all rows, and how its answers are calibrated, as text."""
        plain = self.classifier if self.classifier is not None else Trees(loss="binary")
        folds = min(self.folds, len(np.unique(groups)))
        judged = np.full(len(truth), np.nan)
        if folds > 1:
            for inside, outside in GroupKFold(folds).split(truth, truth, groups):
                one = _fit(clone(plain), rows_of(X, inside), truth[inside], None if weight is None else weight[inside])
                judged[outside] = one.predict(rows_of(X, outside))
        self.classifier_ = _fit(clone(plain), X, truth, weight)
        if folds > 1:
            found = calibrate(_logits(judged), truth, groups, WITH_BETA if self.beta else METHODS).calibration
            self.calibration_ = json.dumps(to_json(found), sort_keys=True)


def rows_of(X: Any, where: npt.NDArray[Any]) -> Any:
    """Rows of a matrix or a pandas frame, by positions or a mask."""
    at = np.flatnonzero(where) if where.dtype == bool else where
    return X.iloc[at] if hasattr(X, "iloc") else np.asarray(X)[at]


def _fit(model: Any, X: Any, y: Floats, weight: Floats | None) -> Any:
    return model.fit(X, y) if weight is None else model.fit(X, y, sample_weight=weight)


def _logits(p: Floats) -> Floats:
    return np.asarray(logit(np.clip(p, EDGE, 1 - EDGE)), np.float64)
