import json

import numpy as np
import pytest

from value.money.folds import group_folds
from value.money.intervals import Intervals, measured_coverage

DICE = np.random.default_rng(8)
SAID = np.exp(DICE.normal(4, 1, 4_000))
TRUTH = SAID * np.exp(DICE.normal(0, 0.4, 4_000))


def test_percentiles_worked_by_hand():
    """Scaled errors -0.5, -0.4 ... 0.5 of a prediction of 10: 80 % leave one of eleven out on each side, or none."""
    truth = 10 * (1 + np.arange(-5, 6) / 10)
    made = Intervals.fit(np.full(11, 10.0), truth, 0.8)
    low, high = made(np.array([10.0, 100.0]))
    assert -0.5 <= made.low[0] <= -0.4
    assert 0.4 <= made.high[0] <= 0.5
    assert low[1] == pytest.approx(10 * low[0])
    assert high[1] == pytest.approx(10 * high[0])


@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.95])
def test_coverage_is_what_was_asked_at_every_size(coverage):
    made = Intervals.fit(SAID[:2_000], TRUTH[:2_000], coverage)
    low, high = made(SAID[2_000:])
    inside = (low <= TRUTH[2_000:]) & (TRUTH[2_000:] <= high)
    assert inside.mean() == pytest.approx(coverage, abs=0.04)
    large = SAID[2_000:] > np.median(SAID)
    assert inside[large].mean() == pytest.approx(coverage, abs=0.06)
    assert (high - low)[large].mean() > 3 * (high - low)[~large].mean()


def test_it_is_measured_across_folds():
    folds = group_folds(np.arange(4_000), 5)
    found = measured_coverage(SAID, TRUTH, folds, 0.8)
    assert found["measured"] == pytest.approx(0.8, abs=0.02)
    assert found["measured"] + found["below"] + found["above"] == pytest.approx(1)


def test_money_in_another_unit_scales_the_ranges():
    plain, scaled = Intervals.fit(SAID, TRUTH, 0.8)(SAID), Intervals.fit(SAID * 64, TRUTH * 64, 0.8)(SAID * 64)
    for one, other in zip(plain, scaled, strict=True):
        assert other == pytest.approx(one * 64)


def test_a_range_keeps_above_what_is_there_already():
    made = Intervals.fit(SAID, TRUTH, 0.8)
    low, high = made(SAID, least=SAID)
    assert (low >= SAID).all()
    assert (high >= low).all()
    assert (made(np.zeros(3))[0] == 0).all()


def test_it_survives_json_and_equal_predictions():
    made = Intervals.fit(SAID, TRUTH, 0.8)
    assert Intervals.from_json(json.loads(json.dumps(made.to_json()))) == made
    constant = Intervals.fit(np.full(500, 3.0), np.arange(500.0), 0.8)
    assert len(constant.low) == len(constant.edges) + 1
