import lightgbm as lgb
import numpy as np
import pytest

from learning.boosting import Boosting, boost, boost_until, importance, learning_curve, load_model, save_model

NAMES = ["signal", "noise", "flat"]
HOW = Boosting(rounds=12, patience=3, min_rows=5, leaves=4, threads=1)
REGRESSION = {"objective": "regression"}


def made(seed, rows=200):
    dice = np.random.default_rng(seed)
    table = np.c_[dice.random(rows), dice.random(rows), np.ones(rows)].astype(np.float32)
    return table, (table[:, 0] > 0.5).astype(float)


TABLE, TRUTH = made(1)
WATCHED, WATCHED_TRUTH = made(2, 80)


def learnt():
    return lgb.Dataset(TABLE, label=TRUTH, feature_name=list(NAMES))


def watched(training):
    return lgb.Dataset(WATCHED, label=WATCHED_TRUTH, reference=training)


def closeness(scores):
    return -float(((scores - WATCHED_TRUTH) ** 2).mean())


class Falling:
    """A measure that is best at its n-th call, whatever the scores."""

    def __init__(self, best):
        self.best, self.calls = best, 0

    def __call__(self, scores):
        self.calls += 1
        return -abs(self.calls - self.best)


@pytest.mark.parametrize("name", ["rounds", "patience", "min_rows", "threads"])
def test_refuses_counts_below_one(name):
    with pytest.raises(ValueError, match=f"`{name}` must be at least 1, got 0"):
        Boosting(**{name: 0})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"leaves": 1}, "`leaves` must be at least 2, got 1"),
        ({"learning_rate": 0.0}, "`learning_rate` must be above 0, got 0.0"),
        ({"feature_share": 0.0}, "`feature_share` must lie above 0 and at most at 1, got 0.0"),
        ({"row_share": 1.5}, "`row_share` must lie above 0 and at most at 1, got 1.5"),
        ({"l2": -1.0}, "`l2` must be 0 or more, got -1.0"),
    ],
)
def test_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        Boosting(**wrong)


def test_bagging_is_off_where_every_row_is_seen():
    assert Boosting(row_share=1.0).parameters()["bagging_freq"] == 0
    assert Boosting(row_share=0.5).parameters()["bagging_freq"] == 1


def test_two_trainings_give_the_same_text():
    first, second = (boost(learnt(), REGRESSION, HOW, 8).model_to_string() for _ in range(2))
    assert first == second
    other = boost(learnt(), REGRESSION, Boosting(min_rows=5, leaves=4, threads=1, seed=7), 8).model_to_string()
    assert other.partition("parameters:")[0] != first.partition("parameters:")[0]


@pytest.mark.parametrize("rounds", [0, 1, 8])
def test_boost_grows_as_many_trees_and_they_survive_the_file(rounds, tmp_path):
    booster = boost(learnt(), REGRESSION, HOW, rounds)
    assert booster.num_trees() == rounds
    save_model(booster, tmp_path / "model.txt")
    loaded = load_model(tmp_path / "model.txt")
    assert loaded.num_trees() == rounds
    np.testing.assert_array_equal(loaded.predict(WATCHED), booster.predict(WATCHED))
    assert loaded.predict(WATCHED).any() == (rounds > 0)


def test_stopping_cuts_back_to_the_best_round():
    training = learnt()
    booster, reached = boost_until(training, REGRESSION, HOW, watched(training), Falling(4))
    assert booster.num_trees() == 4
    assert reached == 0.0
    same = boost(learnt(), REGRESSION, HOW, 4)
    np.testing.assert_array_equal(booster.predict(WATCHED), same.predict(WATCHED))


def test_stopping_waits_for_its_patience_and_ends_with_the_rounds():
    training, measure = learnt(), Falling(2)
    booster, _ = boost_until(training, REGRESSION, HOW, watched(training), measure)
    assert (booster.num_trees(), measure.calls) == (2, 5)
    training, measure = learnt(), Falling(99)
    booster, reached = boost_until(training, REGRESSION, HOW, watched(training), measure)
    assert (booster.num_trees(), measure.calls, reached) == (12, 12, -87.0)


def test_what_is_reached_is_the_measure_of_the_trees():
    training = learnt()
    booster, reached = boost_until(training, REGRESSION, HOW, watched(training), closeness)
    assert closeness(booster.predict(WATCHED)) == pytest.approx(reached)
    assert reached > closeness(np.full(80, 0.5))


def test_learning_curve_is_the_measure_after_each_round():
    training = learnt()
    curve = learning_curve(training, REGRESSION, HOW, watched(training), closeness, 6)
    whole = boost(learnt(), REGRESSION, HOW, 6)
    expected = [closeness(whole.predict(WATCHED, num_iteration=n)) for n in range(1, 7)]
    assert curve == pytest.approx(expected)


def test_learning_curve_of_nothing_to_split_has_every_round():
    flat = lgb.Dataset(np.ones((60, 1), np.float32), label=np.arange(60) % 2)
    other = lgb.Dataset(np.ones((80, 1), np.float32), label=WATCHED_TRUTH, reference=flat)
    assert len(learning_curve(flat, REGRESSION, HOW, other, closeness, 5)) == 5


def test_importance_is_largest_first_with_ties_by_name():
    booster = boost(learnt(), REGRESSION, Boosting(min_rows=5, leaves=2, feature_share=1.0, threads=1), 3)
    gains = importance(booster, ["signal", "zeta", "alpha"])
    assert list(gains) == ["signal", "alpha", "zeta"]
    assert gains["signal"] > gains["alpha"] == gains["zeta"] == 0
