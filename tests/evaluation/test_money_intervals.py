"""Intervals around the measures of money."""

import numpy as np
import pytest

from evaluation.money_intervals import READ, money_intervals
from evaluation.value import value_metrics

TRUTH = np.array([0.0, 0.0, 10.0, 30.0])
SAID = {
    "expected_value": np.array([1.0, 2.0, 9.0, 28.0]),
    "mae_value": np.array([0.0, 0.0, 8.0, 30.0]),
    "rmsle_value": np.array([0.0, 1.0, 10.0, 30.0]),
}
NAIVE = {"all_zeros": np.zeros(4), "mean": np.full(4, 10.0)}


def found(groups=(0, 1, 2, 3), **how):
    return money_intervals(TRUTH, SAID, NAIVE, np.array(groups), **how)


def test_values_are_those_of_the_metrics():
    told = found(resamples=20)
    for measure, output in READ.items():
        assert told["measures"][measure]["value"] == pytest.approx(value_metrics(TRUTH, SAID[output])[measure])
        for name, said in NAIVE.items():
            assert told["naive"][measure][name]["value"] == pytest.approx(value_metrics(TRUTH, said)[measure])
    assert told["measures"]["mae"]["value"] == 0.5
    assert told["naive"]["mae"]["mean"]["value"] == 10.0  # (10 + 10 + 0 + 20) / 4
    assert told["differences"]["mae"]["all_zeros"]["value"] == 0.5 - 10.0


def test_groups_are_drawn_whole_and_paired():
    told = found(groups=(7, 7, 7, 7), resamples=10)
    assert (told["groups"], told["draws"]) == (1, 10)
    one = told["measures"]["rmse"]
    assert one["low"] == one["high"] == one["value"]
    assert told["differences"]["rmse"]["mean"]["error"] == pytest.approx(0.0)


def test_the_seed_says_what_is_drawn():
    assert found(resamples=30) == found(resamples=30)
    assert found(resamples=30) != found(resamples=30, seed=1)


def test_the_interval_of_a_mean_error_is_that_of_its_standard_error():
    dice = np.random.default_rng(2)
    truth = dice.exponential(10.0, 600)
    said = dict.fromkeys(SAID, np.full(600, 5.0))
    mae = money_intervals(truth, said, {}, np.arange(600), resamples=600)["measures"]["mae"]
    error = np.abs(truth - 5.0).std() / np.sqrt(600)
    assert mae["error"] == pytest.approx(error, rel=0.15)
    assert mae["high"] - mae["low"] == pytest.approx(2 * 1.96 * error, rel=0.15)


def test_what_no_draw_defines_is_null():
    told = money_intervals([0.0, 0.0], dict.fromkeys(SAID, np.ones(2)), {}, np.arange(2), resamples=5)
    assert told["measures"]["ngini"] == dict.fromkeys(("value", "low", "high", "error"))
    assert told["measures"]["ratio"]["value"] is None


def test_many_rows_are_drawn_less_often(monkeypatch):
    monkeypatch.setattr("evaluation.money_intervals.WORK", 16)
    monkeypatch.setattr("evaluation.money_intervals.FEWEST", 3)
    assert found(resamples=100)["draws"] == 4
    assert found(resamples=2)["draws"] == 2
