import numpy as np
import pytest

from value.money.model_files import load_method, save_method
from value.money.trees import Trees
from value.money.ziln import LARGEST, SMALLEST, Ziln, derivatives, negative_log_likelihood

TREES = Trees(rounds=40, threads=1)


def shop(rows=6_000, seed=1):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 3)).astype(np.float32)
    p = 1 / (1 + np.exp(2 - X[:, 0]))
    y = np.where(random.random(rows) < p, np.exp(1 + X[:, 1] + 0.5 * random.normal(size=rows)), 0.0)
    return X, y, p


def test_the_likelihood_by_hand():
    raw = np.array([[0.0, 0.0, 0.0], [0.0, 1.0, np.log(2.0)]])
    said = negative_log_likelihood(raw, np.array([9.0, 3.0]), np.array([False, True]))
    # no value: log 2; a value: log 2 + log 2 + (3 - 1)^2 / (2 x 4)
    assert said == pytest.approx([np.log(2), 2 * np.log(2) + 0.5])


def test_the_gradient_is_that_of_finite_differences():
    random = np.random.default_rng(5)
    raw = random.normal(size=(200, 3)) * [2, 2, 0.6]
    logs, buys = random.normal(size=200) * 2, random.random(200) < 0.5
    gradient, _ = derivatives(raw, logs, buys)
    step = 1e-6
    for output in range(3):
        move = np.zeros(3)
        move[output] = step
        up = negative_log_likelihood(raw + move, logs, buys)
        down = negative_log_likelihood(raw - move, logs, buys)
        inside = np.abs(np.clip(raw[:, 2], SMALLEST, LARGEST) - raw[:, 2]) == 0
        assert gradient[inside, output] == pytest.approx((up - down)[inside] / (2 * step), abs=1e-5)


def test_the_hessian_is_fishers():
    raw = np.array([[0.0, 0.0, np.log(0.5)], [0.0, 0.0, 0.0]])
    _, hessian = derivatives(raw, np.zeros(2), np.array([True, False]))
    assert hessian == pytest.approx(np.array([[0.25, 4.0, 2.0], [0.25, 0.0, 0.0]]))


def test_a_spread_at_its_end_may_only_come_back():
    raw = np.array([[0.0, 0.0, LARGEST + 1], [0.0, 0.0, LARGEST + 1]])
    gradient, _ = derivatives(raw, np.array([100.0, 0.0]), np.array([True, True]))
    assert gradient[0, 2] == 0.0  # it would grow
    assert gradient[1, 2] > 0.0


def test_it_finds_chance_and_size():
    X, y, _ = shop()
    asked, _, chance = shop(seed=2)
    said = Ziln(TREES).fit(X, y).outputs(asked)
    assert np.corrcoef(said["p"], chance)[0, 1] > 0.85
    assert said["p"].mean() == pytest.approx(chance.mean(), rel=0.1)
    true = chance * np.exp(1 + asked[:, 1] + 0.125)
    assert said["mean"].mean() == pytest.approx(true.mean(), rel=0.15)
    assert (said["log"] <= said["mean"]).all()


def test_a_row_like_all_others_has_their_chance_median_and_spread():
    y = np.array([0.0] * 50 + [np.exp(1.0), np.exp(3.0)] * 25)
    found = Ziln(TREES).fit(np.zeros((100, 2)), y)
    p, mu, sigma = (one[0] for one in found.parameters(np.zeros((1, 2))))
    assert (p, mu, sigma) == pytest.approx((0.5, 2.0, 1.0))
    low, middle, high = found.quantiles(np.zeros((1, 2)), [0.4, 0.75, 0.5 + 0.5 * 0.8413447])[0]
    assert low == 0.0
    assert middle == pytest.approx(np.exp(2.0))  # half of the half that buys
    assert high == pytest.approx(np.exp(3.0), rel=1e-6)  # one spread above the median
    assert found.predict(np.zeros((1, 2))) == pytest.approx(0.5 * np.exp(2.5))


def test_money_in_another_unit_gives_answers_in_that_unit():
    X, y, _ = shop(2_000)
    assert Ziln(TREES).fit(X, y * 8).predict(X) == pytest.approx(8 * Ziln(TREES).fit(X, y).predict(X), rel=1e-6)


def test_weights_count():
    X = np.zeros((100, 1))
    y = np.array([0.0] * 50 + [np.e] * 50)
    found = Ziln(TREES).fit(X, y, sample_weight=np.where(y > 0, 3.0, 1.0))
    assert found.outputs(X)["p"][0] == pytest.approx(0.75)


def test_without_a_buyer_nothing_is_promised():
    X = np.zeros((60, 1))
    assert Ziln(TREES).fit(X, np.zeros(60)).outputs(X)["mean"].max() == 0.0


def test_it_is_kept_in_a_file(tmp_path):
    X, y, _ = shop(1_000)
    found = Ziln(TREES).fit(X, y)
    found.predict(X)
    save_method(found, tmp_path / "ziln.skops")
    assert np.array_equal(load_method(tmp_path / "ziln.skops").predict(X), found.predict(X))
