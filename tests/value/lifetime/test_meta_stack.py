import numpy as np
import pytest

from value.lifetime.meta_stack import MetaStack
from value.money.model_files import load_method, save_method
from value.money.trees import Trees

TREES = Trees(rounds=20, threads=1, min_rows=20)


def shop(rows=900, seed=1):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 3)).astype(np.float32)
    X[::7, 2] = np.nan
    rate = np.exp(X[:, 0] - 1)
    Y = np.cumsum([random.poisson(rate) * random.lognormal(1, 0.4, rows) for _ in range(2)], axis=0).T
    return X, Y


def test_it_orders_customers_by_what_they_bring(tmp_path):
    X, Y = shop()
    Y[:300, 1] = np.nan  # not matured
    asked, truth = shop(seed=2)
    found = MetaStack(TREES, columns=(0, 2)).fit(X, Y, np.arange(len(Y)) // 2)
    first, second = (one["mean"] for one in found.outputs(asked))
    assert np.corrcoef(second, truth[:, 1])[0, 1] > 0.35
    assert second.mean() / truth[:, 1].mean() == pytest.approx(1, abs=0.35)
    assert (first >= 0).all()
    save_method(found, tmp_path / "stack.skops")
    again = load_method(tmp_path / "stack.skops", (MetaStack,))
    assert np.array_equal(again.outputs(asked)[1]["mean"], second)


def test_a_customers_own_future_is_never_learnt_from_twice():
    """Noise that only the group's own rows tell is not believed: storeys see answers of models without it."""
    random = np.random.default_rng(5)
    group = np.repeat(np.arange(100), 6)
    X = np.column_stack([group, random.normal(size=600)]).astype(np.float32)
    Y = np.repeat(random.lognormal(0, 2, 100), 6)[:, None]
    said = MetaStack(Trees(rounds=60, min_rows=2, threads=1)).fit(X, Y, group).outputs(X)[0]["mean"]
    assert np.corrcoef(said, Y[:, 0])[0, 1] < 0.9  # out of fold nothing could be known of a customer


def test_one_group_is_refused():
    X, Y = shop(60)
    with pytest.raises(ValueError, match="at least 2 groups"):
        MetaStack(TREES).fit(X, Y, np.zeros(60))
