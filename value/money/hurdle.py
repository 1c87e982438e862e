"""Whether a session buys, and what it is worth if it does, learnt apart and put together."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.utils.validation import check_is_fitted

from value.money.chance import Chance, rows_of
from value.money.logged import Logged

Floats = npt.NDArray[np.float64]
OUTPUTS = ("soft", "direct")


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
    beta
        Whether beta calibration is tried too.
    """

    def __init__(
        self,
        classifier: Any = None,
        model: Any = None,
        output: str = "soft",
        threshold: float = 0.5,
        folds: int = 3,
        *,
        beta: bool = False,
    ) -> None:
        self.classifier = classifier
        self.model = model
        self.output = output
        self.threshold = threshold
        self.folds = folds
        self.beta = beta

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
        self.chance_ = Chance(self.classifier, self.folds, beta=self.beta).fit(X, buys, groups, weight)
        model = clone(self.model if self.model is not None else Logged())
        self.model_ = None
        if buys.any():
            weighted = {} if weight is None else {"sample_weight": weight[buys]}
            self.model_ = model.fit(rows_of(X, buys), value[buys], **weighted)
        return self

    def purchase_probability(self, X: Any) -> Floats:
        """P(value > 0) of each row, calibrated."""
        check_is_fitted(self, "chance_")
        return self.chance_.predict(X)

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
