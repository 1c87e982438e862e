import numpy as np
import pytest

from value.money.chance import Chance
from value.money.trees import Trees


def rows(count=3_000, seed=1):
    random = np.random.default_rng(seed)
    X = random.normal(size=(count, 2)).astype(np.float32)
    p = 1 / (1 + np.exp(2 - X[:, 0]))
    return X, (random.random(count) < p).astype(float), p


def test_chances_come_true():
    X, y, _ = rows()
    asked, _, p = rows(seed=2)
    said = (
        Chance(Trees(loss="binary", rounds=60, threads=1), beta=True).fit(X, y, np.arange(len(y)) // 3).predict(asked)
    )
    assert np.mean(said) == pytest.approx(p.mean(), abs=0.02)
    assert np.mean((said - p) ** 2) < 0.006


def test_one_class_is_its_own_chance():
    assert Chance().fit(np.zeros((3, 1)), np.ones(3)).predict(np.zeros((2, 1))).tolist() == [1, 1]
    assert Chance().fit(np.zeros((3, 1)), np.zeros(3)).predict(np.zeros((2, 1))).tolist() == [0, 0]


def test_without_folds_it_stays_as_it_is():
    X, y, _ = rows(500)
    found = Chance(Trees(loss="binary", rounds=5, threads=1), folds=0).fit(X, y)
    assert found.calibration_ == ""
    assert np.array_equal(found.predict(X), found.classifier_.predict(X))
