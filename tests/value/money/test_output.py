import json

import numpy as np
import pytest

from value.money.output import Output, mean_of, weighted_median

COLUMNS = {"a": np.array([1.0, 3.0]), "b": np.array([3.0, 0.0])}


def test_sums_of_money_worked_by_hand():
    assert Output("x", {"a": 2.0, "b": 1.0}, shift=-1.0, factor=0.5)(COLUMNS).tolist() == [2.0, 2.5]
    assert mean_of("x", ["a", "b"])(COLUMNS).tolist() == [2.0, 1.5]


def test_sums_of_logarithms_worked_by_hand():
    """1 + value: 2 and 4, square root of 8; 4 and 1, square root of 4."""
    found = mean_of("x", ["a", "b"], logged=True)(COLUMNS)
    assert found == pytest.approx([np.sqrt(8) - 1, 1.0])
    assert Output("x", {"a": 1.0}, logged=True, shift=np.log(2))(COLUMNS) == pytest.approx([3.0, 7.0])


def test_nothing_is_below_zero():
    assert Output("x", {"a": -1.0})(COLUMNS).tolist() == [0.0, 0.0]


def test_it_survives_json():
    one = Output("x", {"a": 0.1, "b": 1 / 3}, True, 0.2, 1.7)
    assert Output.from_json(json.loads(json.dumps(one.to_json()))) == one


def test_a_weighted_median_is_the_factor_of_least_absolute_error():
    assert weighted_median(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 1.0])) == 2.0
    assert weighted_median(np.array([3.0, 1.0, 2.0]), np.array([5.0, 1.0, 1.0])) == 3.0
    dice = np.random.default_rng(0)
    said, truth = np.exp(dice.normal(size=(2, 101)))
    best = weighted_median(truth / said, said)
    errors = {f: np.abs(f * said - truth).sum() for f in (best, best * 0.99, best * 1.01)}
    assert min(errors, key=errors.get) == best
