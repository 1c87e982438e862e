import numpy as np
import pytest

from value.money.histogram_sampling import HistOver, HistUnder
from value.money.hurdle import Hurdle
from value.money.resampled import Resampled
from value.money.trees import Trees


def shop(rows=4_000, seed=1):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 3)).astype(np.float32)
    buys = random.random(rows) < 1 / (1 + np.exp(3 - X[:, 0]))
    return X, np.where(buys, random.lognormal(2 + X[:, 1] / 2, 0.5), 0.0)


TREES = Trees(loss="tweedie", rounds=30, threads=1)


@pytest.mark.parametrize("drawn", [True, False])
@pytest.mark.parametrize("sampler", [HistUnder(beta=2), HistOver(beta=2)])
def test_the_level_is_that_of_rows_as_they_are(sampler, drawn):
    X, y = shop(8_000)
    asked, _ = shop(40_000, seed=2)
    said = Resampled(TREES, sampler, drawn=drawn).fit(X, y).predict(asked)
    assert said.mean() / y.mean() == pytest.approx(1, abs=0.05)
    raw = Resampled(TREES, sampler, drawn=drawn).fit(X, y)
    assert raw.model_.predict(asked).mean() / y.mean() > 1.1  # which is what resampling does


def test_the_factor_is_true_over_promised_of_the_learnt_rows():
    X, y = shop(1_000)
    found = Resampled(TREES, HistUnder()).fit(X, y)
    assert found.factors_["mean"] == pytest.approx(y.sum() / found.model_.predict(X).sum())
    heavy = np.where(y > 0, 3.0, 1.0)
    weighted = Resampled(TREES, HistUnder()).fit(X, y, sample_weight=heavy)
    assert weighted.factors_["mean"] == pytest.approx((heavy * y).sum() / (heavy * weighted.model_.predict(X)).sum())


def test_the_probability_of_buying_keeps_its_scale():
    X, y = shop(1_500)
    found = Resampled(Hurdle(Trees(loss="binary", rounds=10), folds=0), HistUnder()).fit(X, y)
    assert set(found.outputs(X)) == {"mean", "direct", "log", "p"}
    assert np.array_equal(found.outputs(X)["p"], found.model_.outputs(X)["p"])
