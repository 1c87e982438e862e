import numpy as np
import pytest
from sklearn.dummy import DummyRegressor

from value.money.hurdle import Hurdle
from value.money.logged import Logged
from value.money.trees import Trees

SMALL = {"rounds": 20, "learning_rate": 0.2, "leaves": 8, "min_rows": 10, "feature_share": 1.0, "threads": 1}
DICE = np.random.default_rng(2)
X = DICE.normal(size=(600, 2))
BUYS = X[:, 0] + DICE.normal(0, 0.5, 600) > 0.5
VALUE = np.where(BUYS, np.exp(2 + X[:, 1]), 0.0)


def hurdle(**more):
    return Hurdle(Trees(loss="binary", **SMALL), Logged(Trees(**SMALL)), **more)


def test_worked_by_hand():
    """Half buy, for 1 and 3: P = 1/2, E by smearing of logs log 2 and log 4."""
    made = Hurdle(DummyRegressor(), Logged(DummyRegressor()), folds=0).fit(np.zeros((4, 1)), [0.0, 1.0, 0.0, 3.0])
    outputs = made.outputs(np.zeros((1, 1)))
    middle, smearing = np.sqrt(8), (2 + 4) / 2 / np.sqrt(8)
    assert outputs["p"] == pytest.approx([0.5])
    assert outputs["mean"] == pytest.approx([0.5 * (middle * smearing - 1)])
    assert outputs["direct"] == pytest.approx([middle * smearing - 1])
    assert outputs["log"] == pytest.approx([np.expm1(0.5 * np.log(middle))])


def test_where_everyone_buys_the_probability_is_one():
    made = hurdle().fit(X, VALUE + 1)
    assert (made.purchase_probability(X) == 1).all()
    alone = Logged(Trees(**SMALL)).fit(X, VALUE + 1)
    assert (made.predict(X) == alone.predict(X)).all()


def test_where_no_one_buys_all_is_zero():
    made = hurdle().fit(X, np.zeros(600))
    assert not made.predict(X).any()
    assert not made.purchase_probability(X).any()


def test_soft_and_direct():
    soft, direct = (hurdle(output=name).fit(X, VALUE).predict(X) for name in ("soft", "direct"))
    p = hurdle().fit(X, VALUE).purchase_probability(X)
    assert ((direct == 0) == (p < 0.5)).all()
    assert (soft[p >= 0.5] <= direct[p >= 0.5]).all()
    assert soft.sum() == pytest.approx(VALUE.sum(), rel=0.2)


def test_the_probability_is_calibrated_by_group():
    p = hurdle().fit(X, VALUE, groups=np.arange(600) // 3).purchase_probability(X)
    assert p.mean() == pytest.approx(BUYS.mean(), abs=0.05)


def test_an_unknown_output_is_refused():
    with pytest.raises(ValueError, match="`output` must be one of soft, direct, got 'hard'"):
        Hurdle(output="hard").fit(X, VALUE)
