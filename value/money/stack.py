"""Members under a meta-model that learns from what they say of rows they have not seen (Wolpert 1992)."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.model_selection import GroupKFold
from sklearn.utils.validation import check_is_fitted

from value.money.chance import rows_of
from value.money.meta_models import meta

Floats = npt.NDArray[np.float64]


class Stack(RegressorMixin, BaseEstimator):
    """Any set of members under any meta-model, with folds by group.

    scikit-learn's StackingRegressor takes no groups at `fit`, and its meta-model would see rows of one customer from
    members that know that customer.

    Parameters
    ----------
    members
        (name, regressor) pairs.
    final
        The meta-model: any regressor; ridge by default.
    folds
        Of the members' out-of-fold answers.
    """

    def __init__(self, members: Any, final: Any = None, folds: int = 5) -> None:
        self.members = members
        self.final = final
        self.folds = folds

    def fit(self, X: Any, y: npt.ArrayLike, groups: npt.ArrayLike | None = None) -> "Stack":
        """Learn members and meta-model; without `groups` each row is its own.

        Raises
        ------
        ValueError
            If there are fewer than two groups.
        """
        truth = np.asarray(y, np.float64)
        own = np.arange(len(truth)) if groups is None else np.asarray(groups)
        number = min(self.folds, len(np.unique(own)))
        if number < 2:
            raise ValueError(f"`groups` must hold at least 2 groups, got {number}.")
        judged = np.empty((len(truth), len(self.members)))
        for inside, outside in GroupKFold(number).split(truth, truth, own):
            for place, (_, one) in enumerate(self.members):
                judged[outside, place] = clone(one).fit(rows_of(X, inside), truth[inside]).predict(rows_of(X, outside))
        self.n_features_in_ = np.shape(X)[1]
        self.final_ = clone(self.final if self.final is not None else meta("ridge")).fit(judged, truth)
        self.members_ = [clone(one).fit(X, truth) for _, one in self.members]
        return self

    def predict(self, X: Any) -> Floats:
        """The meta-model's answer, 0 or more."""
        check_is_fitted(self, "final_")
        said = np.column_stack([one.predict(X) for one in self.members_])
        return np.maximum(np.asarray(self.final_.predict(said), np.float64), 0.0)

    @property
    def weights_(self) -> dict[str, float] | None:
        """What each member counts in a linear meta-model; null for one that has no weights."""
        check_is_fitted(self, "final_")
        if not hasattr(self.final_, "coef_"):
            return None
        return {name: float(w) for (name, _), w in zip(self.members, np.ravel(self.final_.coef_), strict=True)}
