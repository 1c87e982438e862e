"""Models above the answers of others: elastic net, forest and XGBoost over meta-features, LightGBM above them.

Stacked generalisation (Wolpert 1992) in two storeys; whatever a storey learns from was said of rows by models that had
not seen their customer.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, clone
from sklearn.impute import SimpleImputer
from sklearn.linear_model import ElasticNet
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import check_is_fitted

from value.lifetime.method import Outputs
from value.money.chance import Chance, rows_of
from value.money.trees import Trees

Floats = npt.NDArray[np.float64]
MEMBERS = ("elastic net", "forest", "xgboost")


class MetaStack(BaseEstimator):
    """Two storeys above a Tweedie model and a chance of a purchase a horizon.

    Meta-features are what these say of all horizons (money by its logarithm) and some of the rows' own features, such
    as the risk of a device and the days since the last purchase.

    Parameters
    ----------
    trees
        How trees are grown; their library and loss are not used.
    columns
        Places of the features that stand among the meta-features.
    folds
        Of the answers that storeys learn from, by group.
    """

    def __init__(self, trees: Trees | None = None, columns: Sequence[int] = (), folds: int = 3) -> None:
        self.trees = trees
        self.columns = columns
        self.folds = folds

    def fit(
        self,
        X: Any,
        Y: Floats,
        groups: npt.NDArray[Any] | None = None,
        sample_weight: Floats | None = None,
    ) -> "MetaStack":
        """Learn both storeys (see `value.lifetime.method.HorizonMethod`); weights are not used.

        Raises
        ------
        ValueError
            If there are fewer than two groups.
        """
        own = np.arange(len(Y)) if groups is None else np.asarray(groups)
        number = min(self.folds, len(np.unique(own)))
        if number < 2:
            raise ValueError(f"`groups` must hold at least 2 groups, got {number}.")
        folds = list(GroupKFold(number).split(Y, Y, own))
        self.n_features_in_ = np.shape(X)[1]
        said = _crossed(lambda rows: self._bases(rows_of(X, rows), Y[rows]), X, folds, len(Y), self._said)
        self.bases_ = self._bases(X, Y)
        self.storeys_ = [self._storeys(self._beside(said, X), target, folds) for target in np.transpose(Y)]
        return self

    def outputs(self, X: Any) -> list[Outputs]:
        """`mean` a horizon."""
        check_is_fitted(self, "storeys_")
        meta = self._beside(self._said(self.bases_, X), X)
        found = []
        for members, final in self.storeys_:
            said = np.column_stack([_money(one.predict(meta)) for one in members])
            found.append({"mean": _money(final.predict(np.column_stack([said, meta])))})
        return found

    def _bases(self, X: Any, Y: Floats) -> list[Any]:
        """A Tweedie model and a chance a horizon."""
        fitted = []
        for target in np.transpose(Y):
            known = ~np.isnan(target)
            rows, value = rows_of(X, known), target[known]
            fitted += [self._grown("tweedie").fit(rows, value)]
            fitted += [Chance(self._grown("binary"), folds=0).fit(rows, value > 0)]
        return fitted

    def _said(self, bases: Sequence[Any], X: Any) -> Floats:
        money = [np.log1p(np.maximum(np.asarray(one.predict(X), np.float64), 0.0)) for one in bases[::2]]
        return np.column_stack([*money, *(one.predict(X) for one in bases[1::2])])

    def _beside(self, said: Floats, X: Any) -> Floats:
        return np.column_stack([said, np.asarray(X, np.float64)[:, list(self.columns)]])

    def _storeys(self, meta: Floats, target: Floats, folds: Sequence[Any]) -> tuple[list[Any], Any]:
        """The members, and the model above what they say of rows that they have not learnt from."""
        known = ~np.isnan(target)

        def learnt(rows: npt.NDArray[np.int64]) -> list[Any]:
            some = rows[known[rows]]
            return [clone(one).fit(meta[some], target[some]) for one in self._members()]

        said = _crossed(learnt, meta, folds, len(meta), _of_members)
        final = self._grown("tweedie", leaves=8, feature_share=1.0)
        final.fit(np.column_stack([said, meta])[known], target[known])
        return learnt(np.arange(len(meta))), final

    def _members(self) -> list[Any]:
        trees = self._settings()
        forest = self._grown("l2", library="forest", rounds=60, leaves=63, min_rows=20)
        net = make_pipeline(StandardScaler(), ElasticNet(alpha=0.01, l1_ratio=0.5, random_state=trees.seed))
        return [_filled(net), forest, self._grown("tweedie", library="xgboost", leaves=8)]

    def _settings(self) -> Trees:
        return self.trees if self.trees is not None else Trees()

    def _grown(self, loss: str, **changes: Any) -> Trees:
        made: Trees = clone(self._settings()).set_params(loss=loss, **({"library": "lightgbm"} | changes))
        return made


def _crossed(
    learn: Callable[[npt.NDArray[np.int64]], Any],
    X: Any,
    folds: Sequence[Any],
    rows: int,
    ask: Callable[[Any, Any], Floats],
) -> Floats:
    """What models say of each fold's rows that were learnt from the others."""
    found: Floats | None = None
    for inside, outside in folds:
        said = ask(learn(inside), rows_of(X, outside))
        found = np.empty((rows, said.shape[1])) if found is None else found
        found[outside] = said
    assert found is not None
    return found


def _of_members(members: Sequence[Any], meta: Any) -> Floats:
    return np.column_stack([_money(one.predict(meta)) for one in members])


def _filled(model: Any) -> Any:
    return make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), model)


def _money(said: Any) -> Floats:
    return np.maximum(np.asarray(said, np.float64), 0.0)
