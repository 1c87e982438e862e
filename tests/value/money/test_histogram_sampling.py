import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from value.money.histogram_sampling import HistOver, HistUnder, bins_of, commonness, presentations, rarity

SHARES = np.array([0, 0.1, 0.25, 0.5, 0.75, 1])


def test_expected_presentations_are_the_published_ones():
    p = rarity(SHARES)
    assert p.round(3).tolist() == [1.0, 0.905, 0.779, 0.607, 0.472, 0.368]
    assert presentations(p).round(3).tolist() == [9.928, 6.214, 3.879, 2.443, 1.868, 1.572]


def test_bins_are_of_equal_width():
    assert bins_of(np.array([0.0, 1, 4.9, 5, 9, 10]), 2).tolist() == [0, 0, 0, 1, 1, 1]
    assert bins_of(np.full(3, 7.0), 5).tolist() == [0, 0, 0]
    assert len(np.unique(bins_of(np.linspace(0, 1, 1000)))) == 10  # a hundredth of the rows


def test_commonness_is_the_count_over_the_largest():
    assert commonness(np.array([0, 0, 0, 0, 1, 2, 2])).tolist() == [1, 1, 1, 1, 0.25, 0.5, 0.5]


def skewed(rows=20_000, seed=3):
    random = np.random.default_rng(seed)
    return np.where(random.random(rows) < 0.96, 0.0, random.lognormal(1, 1.5, rows))


@pytest.mark.parametrize("sampler", [HistUnder(), HistOver()])
def test_rows_are_presented_as_often_as_expected(sampler):
    y = skewed()
    times = np.bincount(sampler.draw(y), minlength=len(y))
    weights = sampler.weights(y)
    for level in np.unique(weights)[[0, -1]]:
        same = weights == level
        error = times[same].std() / np.sqrt(same.sum()) + 0.02
        assert abs(times[same].mean() - level) < 4 * error


@pytest.mark.parametrize("sampler", [HistUnder(), HistOver()])
@given(factor=st.sampled_from([0.01, 0.7, 3.0, 1e6]))
def test_a_rescaled_target_changes_nothing(sampler, factor):
    y = skewed(3_000)
    assert np.array_equal(sampler.draw(y), sampler.draw(y * factor))
    assert np.array_equal(sampler.weights(y), sampler.weights(y * factor))


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=50), st.integers(0, 1000))
def test_the_largest_target_is_never_lost(values, seed):
    y = np.array(values)
    for sampler in (HistUnder(beta=50, seed=seed), HistOver(seed=seed)):
        assert int(y.argmax()) in sampler.draw(y)
    assert HistUnder(beta=50).weights(y)[y.argmax()] == 1


def test_nobody_is_presented_more_than_forty_times():
    y = np.append(np.zeros(5_000), 1.0)
    assert max(np.bincount(HistOver(alpha=1.0, beta=0.0, seed=1).draw(y))) == 40


def test_classes_are_bins():
    y = np.array(["no"] * 8 + ["yes"] * 2)
    assert HistUnder(classes=True).weights(y)[[0, 9]].round(3).tolist() == [0.368, 0.779]
    assert HistOver(classes=True).weights(y)[[0, 9]].round(3).tolist() == [1.572, 3.879]


def test_a_seed_draws_the_same_rows():
    y = skewed(2_000)
    assert np.array_equal(HistOver(seed=5).draw(y), HistOver(seed=5).draw(y))
    assert not np.array_equal(HistOver(seed=5).draw(y), HistOver(seed=6).draw(y))


def test_imbalanced_learn_takes_them():
    from imblearn.pipeline import make_pipeline
    from sklearn.linear_model import Ridge

    y = skewed(2_000)
    X = np.c_[y, y**2]
    piped = make_pipeline(HistUnder(), Ridge()).fit(X, y)
    rows, targets = HistUnder().fit_resample(X, y)
    assert np.allclose(piped.predict(X), Ridge().fit(rows, targets).predict(X))


@pytest.mark.parametrize(
    ("sampler", "y", "told"),
    [
        (HistUnder(), [], "at least one row"),
        (HistUnder(), [1.0, float("nan")], "finite"),
        (HistUnder(beta=-1), [1.0], "`beta`"),
        (HistOver(alpha=0.9), [1.0], "`alpha`"),
    ],
)
def test_what_cannot_be_sampled_is_said(sampler, y, told):
    with pytest.raises(ValueError, match=told):
        sampler.draw(np.array(y))
