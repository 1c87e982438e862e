import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.tree import DecisionTreeRegressor

from value.money.meta_models import meta
from value.money.stack import Stack

DICE = np.random.default_rng(4)
X = DICE.normal(size=(300, 2))
Y = np.exp(1 + X[:, 0])


class Remembers(RegressorMixin, BaseEstimator):
    """Knows the value of every group it has seen, and says 0 for others."""

    def fit(self, X, y):
        self.known_ = dict(zip(X[:, 0].tolist(), y, strict=True))
        return self

    def predict(self, X):
        return np.array([self.known_.get(x, 0.0) for x in X[:, 0].tolist()])


def test_weights_are_reported_by_member():
    made = Stack(
        [("line", LinearRegression()), ("tree", DecisionTreeRegressor(max_depth=4, random_state=0))], Ridge(1.0)
    ).fit(X, Y)
    assert set(made.weights_) == {"line", "tree"}
    assert made.weights_["tree"] > made.weights_["line"]  # the truth is no line
    assert np.corrcoef(made.predict(X), Y)[0, 1] > 0.95


def test_a_member_that_knows_the_customer_gets_no_weight():
    """Each group has two equal rows: only folds by group show that memory is worth nothing on new groups."""
    group = np.repeat(np.arange(150), 2)
    rows = np.column_stack([group, np.repeat(DICE.normal(size=150), 2)])
    value = 5 + rows[:, 1] ** 2 + rows[:, 1]
    members = [("memory", Remembers()), ("line", LinearRegression())]
    by_group = Stack(members, meta("nnls")).fit(rows, value, groups=group)
    by_row = Stack(members, meta("nnls")).fit(rows, value)
    assert by_group.weights_["memory"] == 0
    assert by_row.weights_["memory"] > 0.5


def test_a_tree_over_the_members_has_no_weights():
    made = Stack([("line", LinearRegression())], DecisionTreeRegressor(max_depth=2)).fit(X, Y)
    assert made.weights_ is None
    assert clone(made).fit(X, Y).predict(X).min() >= 0


def test_one_group_is_refused():
    with pytest.raises(ValueError, match="`groups` must hold at least 2 groups, got 1"):
        Stack([("line", LinearRegression())]).fit(X, Y, groups=np.zeros(300))
