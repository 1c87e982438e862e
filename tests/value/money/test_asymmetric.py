import numpy as np
import pytest

from value.money.asymmetric import Asymmetric
from value.money.model_files import load_method, save_method
from value.money.trees import Trees

TREES = Trees(rounds=150, threads=1, min_rows=20)


def buyers(rows=3_000, seed=1):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 3)).astype(np.float32)
    return X, np.exp(2 + X[:, 0] + random.normal(size=rows))


def rmsle(said, truth):
    return float(np.sqrt(np.mean((np.log1p(said) - np.log1p(truth)) ** 2)))


def test_too_much_is_dearer_than_too_little():
    X, y = buyers()
    asked, truth = buyers(seed=2)
    even, dear = (Asymmetric("rmsle", over, TREES).fit(X, y).predict(asked) for over in (1.0, 3.0))
    assert np.mean(dear > truth) < np.mean(even > truth) - 0.1
    assert rmsle(even, truth) < rmsle(dear, truth)


def test_even_costs_find_the_mean_of_logarithms():
    X, y = buyers()
    asked, truth = buyers(seed=2)
    said = Asymmetric("rmsle", 1.0, TREES).fit(X, y).predict(asked)
    assert rmsle(said, truth) < 1.1  # the noise is 1
    assert np.log1p(said).mean() == pytest.approx(np.log1p(truth).mean(), abs=0.1)


def test_mae_is_a_quantile():
    X, y = buyers()
    asked, truth = buyers(seed=2)
    for over in (1.0, 3.0):
        said = Asymmetric("mae", over, TREES).fit(X, y).predict(asked)
        assert np.mean(truth <= said) == pytest.approx(1 / (1 + over), abs=0.08)


def test_rows_all_alike_get_the_constant():
    y = np.expm1(np.array([1.0, 2, 3, 4] * 10))
    X = np.zeros((40, 1))
    assert np.log1p(Asymmetric("rmsle", 1.0)._constant(np.log1p(y), np.ones(40))) == pytest.approx(np.log1p(2.5))
    assert Asymmetric("mae", 3.0)._constant(np.log1p(y), np.ones(40)) == pytest.approx(1.0)
    assert Asymmetric("mae").fit(X[:2], np.array([5.0, 5.0])).predict(X[:2]) == pytest.approx([5, 5])


def test_growing_ends_where_the_measure_gains_no_more():
    random = np.random.default_rng(3)
    X, y = random.normal(size=(800, 3)), random.lognormal(size=800)  # nothing to learn
    found = Asymmetric("rmsle", 1.0, TREES, patience=5).fit(X, y)
    assert found.text_.count("\nTree=") < 60


def test_it_is_kept_in_a_file(tmp_path):
    X, y = buyers(800)
    found = Asymmetric("mae", trees=TREES).fit(X, y)
    save_method(found, tmp_path / "one.skops")
    assert np.array_equal(load_method(tmp_path / "one.skops").predict(X), found.predict(X))


@pytest.mark.parametrize(("given", "told"), [({"metric": "r2"}, "`metric`"), ({"over": 0.0}, "`over`")])
def test_what_cannot_be_is_refused(given, told):
    with pytest.raises(ValueError, match=told):
        Asymmetric(**given).fit(np.zeros((3, 1)), np.ones(3))
