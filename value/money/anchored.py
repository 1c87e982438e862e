"""What a session will be worth, learnt as a multiple of what it is worth so far."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.utils.validation import check_is_fitted

from value.money.trees import LINKED, Trees

Floats = npt.NDArray[np.float64]
FORMS = ("ratio", "log_ratio", "remaining")
SMALLEST = 0.001  # share of the sessions with something in them whose value counts as the least so far


class Anchored(RegressorMixin, BaseEstimator):
    """Learn final / so far, log(final / so far), or final - so far.

    The ratio with weight so_far ** (2 - power) and a Tweedie loss is the same likelihood as Tweedie on the final value
    with log(so far) as offset (gamma: power 2, no weight; l2: power 0), and stays the same, bit for bit, where money
    comes in another unit a power of two apart. The log ratio with an l1 loss gives medians.

    Parameters
    ----------
    form
        ratio, log_ratio, or remaining.
    trees
        What learns it; its loss is the form's.
    column
        The place of the value so far among the columns of X.
    """

    def __init__(self, form: str = "ratio", trees: Trees | None = None, column: int = 0) -> None:
        self.form = form
        self.trees = trees
        self.column = column

    def fit(self, X: Any, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> "Anchored":
        """Learn from rows with their final value.

        Raises
        ------
        ValueError
            If the form is unknown, or no row has a value so far.
        """
        if self.form not in FORMS:
            raise ValueError(f"`form` must be one of {', '.join(FORMS)}, got {self.form!r}.")
        final, now = np.asarray(y, np.float64), self._now(X)
        if not (now > 0).any():
            raise ValueError("`X` has no row with a value so far above 0, got none to anchor on.")
        self.n_features_in_ = np.shape(X)[1]
        self.least_ = float(np.quantile(now[now > 0], SMALLEST, method="lower"))
        target, weight = self._target_and_weight(final, now, sample_weight)
        self.trees_ = clone(self.trees if self.trees is not None else Trees()).fit(X, target, sample_weight=weight)
        self.smearing_ = 1.0
        if self.form == "log_ratio":
            left = target - self.trees_.predict(X)
            self.smearing_ = float(np.average(np.exp(left), weights=weight))
        return self

    def predict(self, X: Any) -> Floats:
        """The final value expected, 0 or more; from a log ratio with Duan's (1983) smearing."""
        return self.outputs(X)["mean"]

    def outputs(self, X: Any) -> dict[str, Floats]:
        """`mean`, and from a log ratio also `log`, what it says without smearing."""
        check_is_fitted(self, "trees_")
        now = self._now(X)
        said = self.trees_.predict(X)
        if self.form == "remaining":
            return {"mean": now + np.maximum(said, 0.0)}
        now = np.maximum(now, self.least_)
        if self.form == "ratio":
            return {"mean": now * np.maximum(said, 0.0)}
        plain = now * np.exp(said)
        return {"mean": plain * self.smearing_, "log": plain}

    def _now(self, X: Any) -> Floats:
        column = X.iloc[:, self.column] if hasattr(X, "iloc") else np.asarray(X)[:, self.column]
        return np.maximum(np.nan_to_num(np.asarray(column, np.float64)), 0.0)

    def _target_and_weight(
        self, final: Floats, now: Floats, given: npt.ArrayLike | None
    ) -> tuple[Floats, Floats | None]:
        """What the trees learn, and how much each row counts."""
        weight = None if given is None else np.asarray(given, np.float64)
        if self.form == "remaining":
            return np.maximum(final - now, 0.0), weight
        base = np.maximum(now, self.least_)
        if self.form == "log_ratio":
            return np.log(np.maximum(final, self.least_) / base), weight
        counts = (base / self.least_) ** (2 - self._power())
        return final / base, counts if weight is None else counts * weight

    def _power(self) -> float:
        trees = self.trees if self.trees is not None else Trees()
        if trees.loss in LINKED:
            return 2.0 if trees.loss == "gamma" else float(trees.power)
        return 1.0  # l2 on the ratio: the variance of a final value grows with what it stands on
