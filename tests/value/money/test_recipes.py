import numpy as np
import pytest

from evaluation.value import value_metrics
from value.money.folds import group_folds
from value.money.output import Output, mean_of
from value.money.recipes import AIMS, cross_fitted, levelled, recipes

TRUTH = np.array([2.0, 4.0, 12.0])
COLUMNS = {"tweedie": np.array([1.0, 2.0, 6.0]), "log1p__log": np.array([1.0, 3.0, 5.0]), "hurdle__p": np.ones(3)}


def level(aim, logged):
    return levelled(mean_of("x", ["tweedie"], logged=logged), aim, COLUMNS, TRUTH)


def test_levels_worked_by_hand():
    """Sums 18 and 9; ratios all 2; logs of (3, 5, 13) / (2, 3, 7)."""
    assert level("expected_value", False).factor == pytest.approx(2)
    assert level("mae_value", True).factor == pytest.approx(2)
    assert level("rmsle_value", True).shift == pytest.approx(np.mean(np.log([3 / 2, 5 / 3, 13 / 7])))


def test_a_level_moves_money_by_five_at_most():
    far = {"tweedie": COLUMNS["tweedie"] / 100}
    assert levelled(mean_of("x", ["tweedie"]), "expected_value", far, TRUTH).factor == 5
    assert levelled(mean_of("x", ["tweedie"]), "mae_value", {"tweedie": TRUTH * 100}, TRUTH).factor == 0.2


def test_what_cannot_be_levelled_stays():
    nothing = {"tweedie": np.zeros(3)}
    assert levelled(mean_of("x", ["tweedie"]), "expected_value", nothing, TRUTH).factor == 1
    assert levelled(mean_of("x", ["tweedie"]), "mae_value", COLUMNS, np.array([0.0, 0, 0])).factor == 1


def test_probabilities_are_no_money_and_expectations_are_not_mixed_of_logarithms():
    for aim in AIMS:
        names = [one.name for one in recipes(aim, list(COLUMNS), [], "ridge")]
        assert "hurdle__p" not in names
        assert {"tweedie", "log1p__log"} <= set(names)
    columns = {"tweedie": TRUTH * 0.5, "gamma": TRUTH * 2, "log1p__log": TRUTH}
    made = {one.name: one.fit(columns, TRUTH) for one in recipes("expected_value", list(columns), [], "ridge")}
    assert "log1p__log" not in made["non-negative weights"].weights


@pytest.mark.parametrize("aim", AIMS)
def test_each_recipe_serves_its_aim(aim):
    """Three noisy members: every mix is better than its worst member for the measure that it is made for."""
    dice = np.random.default_rng(0)
    truth = np.exp(dice.normal(4, 1, 900))
    names = ("tweedie", "gamma", "ratio_l2", "ratio_tweedie", "log_ratio__log")
    columns = {name: truth * np.exp(dice.normal(0, 0.5, 900)) for name in names}
    folds = group_folds(np.arange(900), 3)
    metric = {"expected_value": "rmse", "rmsle_value": "rmsle", "mae_value": "mae"}[aim]
    found = {
        one.name: value_metrics(truth, cross_fitted(one, columns, truth, folds))[metric]
        for one in recipes(aim, list(names), ["tweedie", "gamma"], "ridge")
    }
    worst = max(found[name] for name in names)
    assert all(value < worst for name, value in found.items() if name not in names)
    assert min(found, key=found.get) not in names


def test_alone_means_single_columns():
    assert [one.name for one in recipes("mae_value", ["a", "b"], ["a", "b"], "ridge", alone=True)] == ["a", "b"]


def test_a_recipe_never_sees_what_it_is_judged_on():
    """A level fitted without the fold: with a truth of 10 in one fold alone it stays 1 there."""
    columns = {"a": np.ones(4)}
    truth = np.array([1.0, 1.0, 1.0, 10.0])
    folds = [
        (np.array([2, 3]), np.array([0, 1])),
        (np.array([0, 1, 2]), np.array([3])),
        (np.array([0, 1, 3]), np.array([2])),
    ]
    (only,) = recipes("expected_value", ["a"], [], "ridge")
    assert cross_fitted(only, columns, truth, folds).tolist() == [5.0, 5.0, 4.0, 1.0]
    assert only.fit(columns, truth) == Output("a", {"a": 1.0}, factor=3.25)
