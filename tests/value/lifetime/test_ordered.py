import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.dummy import DummyRegressor

from value.lifetime.ordered import Ordered, increments
from value.money.trees import Trees

NAN = float("nan")
X = np.zeros((4, 1))
Y = np.array([[1.0, 1, 4], [3, 5, NAN], [0, NAN, NAN], [0, 6, 10]])


def test_increments_by_hand():
    assert np.array_equal(increments(Y), [[1, 0, 3], [3, 2, NAN], [0, NAN, NAN], [0, 6, 4]], equal_nan=True)


def test_ordered_adds_increments_up():
    said = Ordered(DummyRegressor()).fit(X, Y).outputs(X[:1])
    # 4/4, then 8/3 more from three rows, then 7/2 more from two
    assert [one["mean"][0] for one in said] == pytest.approx([1, 1 + 8 / 3, 1 + 8 / 3 + 7 / 2])


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_no_row_is_ever_out_of_order(seed):
    random = np.random.default_rng(seed)
    features = random.normal(size=(300, 2)).astype(np.float32)
    steps = np.where(random.random((300, 3)) < 0.3, random.lognormal(size=(300, 3)), 0.0)
    found = Ordered(Trees(loss="tweedie", rounds=10, threads=1)).fit(features, np.cumsum(steps, axis=1))
    first, second, third = (one["mean"] for one in found.outputs(random.normal(size=(200, 2)) * 5))
    assert ((first <= second) & (second <= third)).all()


def test_a_horizon_without_a_matured_row_is_refused():
    with pytest.raises(ValueError, match="matured row of every horizon"):
        Ordered(DummyRegressor()).fit(X, np.full((4, 1), NAN))
