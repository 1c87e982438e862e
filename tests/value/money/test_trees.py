import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.model_selection import cross_val_predict

from value.money.trees import LIBRARIES, Trees

DICE = np.random.default_rng(1)
X = DICE.normal(size=(400, 3)).astype(np.float32)
X[::9, 1] = np.nan
MONEY = np.exp(X[:, 0] + 0.1 * DICE.normal(size=400)) * 30
SMALL = {"rounds": 25, "learning_rate": 0.2, "leaves": 8, "min_rows": 10, "feature_share": 1.0, "threads": 1}
BOOSTED = tuple(library for library in LIBRARIES if library != "forest")
PAIRS = [(library, loss) for library in BOOSTED for loss in ("l2", "l1", "gamma", "tweedie")] + [("forest", "l2")]
PAIRS.remove(("catboost", "gamma"))


@pytest.mark.parametrize(("library", "loss"), PAIRS)
def test_each_library_learns_money_and_reads_its_own_text(library, loss):
    trees = Trees(library, loss, **SMALL).fit(X, MONEY)
    said = trees.predict(X)
    assert np.mean((said - MONEY) ** 2) < 0.5 * MONEY.var()
    state = trees.__getstate__()
    assert "_booster" not in state
    again = Trees()
    again.__setstate__(state)
    assert (again.predict(X) == said).all()


@pytest.mark.parametrize("library", BOOSTED)
def test_probabilities(library):
    buys = (X[:, 0] > 0.3).astype(float)
    p = Trees(library, "binary", **SMALL).fit(X, buys).predict(X)
    assert ((p >= 0) & (p <= 1)).all()
    assert p[buys == 1].min() > p[buys == 0].mean()


@pytest.mark.parametrize("library", BOOSTED)
def test_the_same_rows_give_the_same_text(library):
    one, other = (Trees(library, "tweedie", **SMALL).fit(X, MONEY).text_ for _ in range(2))
    assert one == other


@pytest.mark.parametrize(("library", "loss"), PAIRS)
def test_money_in_another_unit_gives_the_same_trees(library, loss):
    plain = Trees(library, loss, **SMALL).fit(X, MONEY)
    scaled = Trees(library, loss, **SMALL).fit(X, MONEY * 1024)
    assert scaled.text_ == plain.text_
    assert (scaled.predict(X) == plain.predict(X) * 1024).all()


@settings(max_examples=8, deadline=None)
@given(st.floats(0.01, 500))
def test_any_other_factor_does_so_up_to_rounding(factor):
    plain = Trees(loss="tweedie", **SMALL).fit(X, MONEY).predict(X)
    scaled = Trees(loss="tweedie", **SMALL).fit(X, MONEY * factor).predict(X)
    assert scaled == pytest.approx(plain * factor, rel=1e-3)


def test_weights_count_by_their_proportions():
    weight = np.where(X[:, 2] > 0, 3.0, 1.0)
    one = Trees(**SMALL).fit(X, MONEY, sample_weight=weight).predict(X)
    assert (Trees(**SMALL).fit(X, MONEY, sample_weight=weight * 8).predict(X) == one).all()
    assert (Trees(**SMALL).fit(X, MONEY).predict(X) != one).any()


def test_a_constant_target_is_learnt_by_every_library():
    for library in BOOSTED:
        assert set(Trees(library, "tweedie", **SMALL).fit(X, np.full(400, 7.0)).predict(X)) == {7.0}


def test_it_fits_in_scikit_learn():
    said = cross_val_predict(clone(Trees(**SMALL)), X, MONEY, cv=3)
    assert said.shape == (400,)
    assert pickle.loads(pickle.dumps(Trees(**SMALL).fit(X, MONEY))).predict(X).shape == (400,)
    assert Trees(**SMALL).fit(X, MONEY).predict(X[:0]).shape == (0,)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"library": "h2o"}, "`library` must be one of"),
        ({"loss": "poisson"}, "`loss` must be one that lightgbm has"),
        ({"library": "catboost", "loss": "gamma"}, "`loss` must be one that catboost has"),
        ({"power": 2.5}, "`power` must lie between 1 and 2, got 2.5"),
    ],
)
def test_what_it_cannot_do_is_refused(settings, says):
    with pytest.raises(ValueError, match=says):
        Trees(**settings).fit(X, MONEY)
