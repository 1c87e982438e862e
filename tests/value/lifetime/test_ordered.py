import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.dummy import DummyRegressor

from value.lifetime.ordered import CumulativeMax, Independent, Ordered, increments, rising
from value.money.hurdle import Hurdle
from value.money.trees import Trees

NAN = float("nan")
X = np.zeros((4, 1))
Y = np.array([[1.0, 1, 4], [3, 5, NAN], [0, NAN, NAN], [0, 6, 10]])


def test_increments_by_hand():
    assert np.array_equal(increments(Y), [[1, 0, 3], [3, 2, NAN], [0, NAN, NAN], [0, 6, 4]], equal_nan=True)


def test_each_horizon_learns_from_its_matured_rows():
    said = Independent(DummyRegressor()).fit(X, Y).outputs(X[:1])
    assert [one["mean"][0] for one in said] == pytest.approx([4 / 4, 12 / 3, 14 / 2])


def test_ordered_adds_increments_up():
    said = Ordered(DummyRegressor()).fit(X, Y).outputs(X[:1])
    # 4/4, then 8/3 more from three rows, then 7/2 more from two
    assert [one["mean"][0] for one in said] == pytest.approx([1, 1 + 8 / 3, 1 + 8 / 3 + 7 / 2])


def test_a_maximum_puts_crossing_answers_in_order():
    crossing = np.array([[2.0, NAN], [4.0, NAN], [NAN, 1.0], [NAN, 1.0]])
    plain = [one["mean"][0] for one in Independent(DummyRegressor()).fit(X, crossing).outputs(X[:1])]
    raised = [one["mean"][0] for one in CumulativeMax(DummyRegressor()).fit(X, crossing).outputs(X[:1])]
    assert (plain, raised) == ([3, 1], [3, 3])


def test_only_outputs_of_all_horizons_are_raised():
    said = rising([{"mean": np.array([2.0]), "p": np.array([0.5])}, {"mean": np.array([1.0])}])
    assert [list(one) for one in said] == [["mean"], ["mean"]]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_no_row_is_ever_out_of_order(seed):
    random = np.random.default_rng(seed)
    features = random.normal(size=(300, 2)).astype(np.float32)
    steps = np.where(random.random((300, 3)) < 0.3, random.lognormal(size=(300, 3)), 0.0)
    found = Ordered(Trees(loss="tweedie", rounds=10, threads=1)).fit(features, np.cumsum(steps, axis=1))
    first, second, third = (one["mean"] for one in found.outputs(random.normal(size=(200, 2)) * 5))
    assert ((first <= second) & (second <= third)).all()


def test_outputs_beside_the_mean_are_kept_in_order_too():
    random = np.random.default_rng(1)
    features = random.normal(size=(400, 2)).astype(np.float32)
    steps = np.where(random.random((400, 2)) < 0.3, random.lognormal(size=(400, 2)), 0.0)
    model = Hurdle(Trees(loss="binary", rounds=10, threads=1), Trees(rounds=10, threads=1))
    groups = np.arange(400) // 2
    first, second = CumulativeMax(model).fit(features, np.cumsum(steps, axis=1), groups).outputs(features)
    assert set(first) == {"mean", "direct", "log", "p"}
    assert all((first[name] <= second[name]).all() for name in first)


def test_a_horizon_without_a_matured_row_is_refused():
    with pytest.raises(ValueError, match="matured row of every horizon"):
        Ordered(DummyRegressor()).fit(X, np.full((4, 1), NAN))
