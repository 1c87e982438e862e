import numpy as np
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression

from value.money.logged import Logged


def test_smearing_worked_by_hand():
    """Values 0 and 3, logs 0 and log 4, mean log 2: residual factors 1/2 and 2, smearing 1.25, mean 2 x 1.25 - 1."""
    model = Logged(DummyRegressor()).fit(np.zeros((2, 1)), [0.0, 3.0])
    outputs = model.outputs(np.zeros((1, 1)))
    assert model.smearing_ == pytest.approx(1.25)
    assert outputs["log"] == pytest.approx([1.0])
    assert outputs["mean"] == pytest.approx([1.5])


def test_smearing_repairs_the_sum_of_a_log_normal():
    dice = np.random.default_rng(0)
    X = dice.normal(size=(5_000, 1))
    y = np.exp(6 + X[:, 0] + dice.normal(0, 0.8, 5_000))
    model = Logged(LinearRegression()).fit(X, y)
    assert model.predict(X).sum() == pytest.approx(y.sum(), rel=0.05)
    assert model.outputs(X)["log"].sum() < 0.8 * y.sum()


def test_weights_go_to_models_that_take_them():
    X = np.array([[0.0], [0.0]])
    weighted = Logged(LinearRegression()).fit(X, [0.0, 3.0], sample_weight=[1.0, 0.0])
    assert weighted.outputs(X)["log"] == pytest.approx([0.0, 0.0], abs=1e-9)
