"""Whether a session buys, and what it is worth if it does, learnt apart and put together."""

import json
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import logit
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.model_selection import GroupKFold
from sklearn.utils.validation import check_is_fitted

from learning.calibration import calibrate, from_json, to_json
from value.money.logged import Logged
from value.money.trees import Trees

Floats = npt.NDArray[np.float64]
OUTPUTS = ("soft", "direct")
EDGE = 1e-7  # of a raw probability, before its logit is taken


class Hurdle(RegressorMixin, BaseEstimator):
    """P(value > 0) x E[value | value > 0] (Cragg 1971; Mullahy 1986).

    Where every row is above 0, P is 1 and nothing is learnt of it.

    Parameters
    ----------
    classifier
        What learns P: trees with the binary loss by default.
    model
        What learns the value of buyers: on a logarithmic scale with smearing by default.
    output
        soft: P x E; direct: E where P reaches the threshold, else 0.
    threshold
        Of the direct output.
    folds
        Of the cross-fitting, by group, that P is calibrated on; 0 leaves it as it is.
    """

    def __init__(
        self,
        classifier: Any = None,
        model: Any = None,
        output: str = "soft",
        threshold: float = 0.5,
        folds: int = 3,
    ) -> None:
        self.classifier = classifier
        self.model = model
        self.output = output
        self.threshold = threshold
        self.folds = folds

    def fit(
        self,
        X: Any,
        y: npt.ArrayLike,
        groups: npt.ArrayLike | None = None,
        sample_weight: npt.ArrayLike | None = None,
    ) -> "Hurdle":
        """Learn from rows with their value; `groups` keep the rows of one visitor together while P is calibrated."""
        if self.output not in OUTPUTS:
            raise ValueError(f"`output` must be one of {', '.join(OUTPUTS)}, got {self.output!r}.")
        value = np.asarray(y, np.float64)
        weight = None if sample_weight is None else np.asarray(sample_weight, np.float64)
        buys = value > 0
        self.n_features_in_ = np.shape(X)[1]
        self.constant_ = float(buys[0]) if buys.all() or not buys.any() else None
        self.calibration_ = ""
        if self.constant_ is None:
            own = np.arange(len(value)) if groups is None else np.asarray(groups)
            self.classifier_, self.calibration_ = self._learn_p(X, buys.astype(np.float64), own, weight)
        model = clone(self.model if self.model is not None else Logged())
        self.model_ = None
        if buys.any():
            weighted = {} if weight is None else {"sample_weight": weight[buys]}
            self.model_ = model.fit(rows_of(X, buys), value[buys], **weighted)
        return self

    def purchase_probability(self, X: Any) -> Floats:
        """P(value > 0) of each row, calibrated."""
        check_is_fitted(self, "calibration_")
        if self.constant_ is not None:
            return np.full(len(X), self.constant_)
        raw = np.asarray(self.classifier_.predict(X), np.float64)
        return _calibrated(self.calibration_, raw)

    def predict(self, X: Any) -> Floats:
        """The value expected by `output`."""
        found = self.outputs(X)
        return found["mean"] if self.output == "soft" else found["direct"]

    def outputs(self, X: Any) -> dict[str, Floats]:
        """`mean`: P x E; `direct`: E from the threshold on; `log`: expm1(P x E[log1p value | buys]), for RMSLE; `p`."""
        p = self.purchase_probability(X)
        if self.model_ is None:
            return dict.fromkeys(("mean", "direct", "log", "p"), np.zeros(len(X)))
        if hasattr(self.model_, "outputs"):
            said = self.model_.outputs(X)
        else:
            said = {"mean": np.maximum(np.asarray(self.model_.predict(X), np.float64), 0.0)}
        direct = np.where(p >= self.threshold, said["mean"], 0.0)
        logged = np.expm1(p * np.log1p(said.get("log", said["mean"])))
        return {"mean": p * said["mean"], "direct": direct, "log": logged, "p": p}

    def _learn_p(self, X: Any, buys: Floats, groups: npt.NDArray[Any], weight: Floats | None) -> tuple[Any, str]:
        """The classifier on all rows, and how its answers are calibrated, as text."""
        plain = self.classifier if self.classifier is not None else Trees(loss="binary")
        folds = min(self.folds, len(np.unique(groups)))
        judged = np.full(len(buys), np.nan)
        if folds > 1:
            for inside, outside in GroupKFold(folds).split(buys, buys, groups):
                one = _fit(clone(plain), rows_of(X, inside), buys[inside], None if weight is None else weight[inside])
                judged[outside] = one.predict(rows_of(X, outside))
        fitted = _fit(clone(plain), X, buys, weight)
        if folds < 2:
            return fitted, ""
        return fitted, _as_text(calibrate(_logits(judged), buys, groups).calibration)


def _fit(model: Any, X: Any, y: Floats, weight: Floats | None) -> Any:
    return model.fit(X, y) if weight is None else model.fit(X, y, sample_weight=weight)


def rows_of(X: Any, where: npt.NDArray[Any]) -> Any:
    """Rows of a matrix or a pandas frame, by positions or a mask."""
    at = np.flatnonzero(where) if where.dtype == bool else where
    return X.iloc[at] if hasattr(X, "iloc") else np.asarray(X)[at]


def _logits(p: Floats) -> Floats:
    return np.asarray(logit(np.clip(p, EDGE, 1 - EDGE)), np.float64)


def _as_text(calibration: Any) -> str:
    return json.dumps(to_json(calibration), sort_keys=True)


def _calibrated(text: str, raw: Floats) -> Floats:
    return raw if not text else from_json(json.loads(text))(_logits(raw))
