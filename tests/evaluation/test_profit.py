"""Profit by how many are addressed, worked by hand."""

import numpy as np
import pytest

from evaluation.profit import Terms, cut_of, points_of, profit_curve, promised_curve

PROMISED = [10.0, 2.0, 30.0, 4.0]
TRUE = [0.0, 20.0, 40.0, 8.0]
HALF = Terms(margin=0.5, cost=2.0)


def test_the_cut_is_where_the_next_brings_no_more_than_it_costs():
    # half of 30, 10, 4, 2 less 2: 13, 3, 0, -1
    assert cut_of(PROMISED, HALF) == 2
    assert cut_of(PROMISED, Terms(0.5, 1.5)) == 3
    assert cut_of(PROMISED, Terms(0.5, 2.0, budget=3.0)) == 1
    assert cut_of([0.0, 1.0], Terms(0.5, 0.0, budget=1.0)) == 1  # free, but who brings nothing is left alone
    assert cut_of([9.0] * 5, Terms(1.0, 0.1, budget=0.3)) == 3


def test_promised_and_true_profit_at_every_number():
    found = profit_curve(PROMISED, TRUE, HALF, draws=50)
    assert [point["addressed"] for point in found["curve"]] == [0, 1, 2, 3, 4]
    assert [point["promised"] for point in found["curve"]] == [0.0, 13.0, 16.0, 16.0, 15.0]
    assert [point["true"] for point in found["curve"]] == [0.0, 18.0, 16.0, 18.0, 26.0]
    assert (found["cut"]["addressed"], found["cut"]["true"]) == (2, 16.0)
    assert (found["best"]["addressed"], found["best"]["true"]) == (4, 26.0)
    assert found["everyone"]["true"] == 26.0
    assert found["at_random"] == 13.0
    assert all(point["low"] <= point["high"] for point in found["curve"])


def test_equal_promises_count_as_their_mean_truth():
    found = profit_curve([5.0, 5.0], [0.0, 8.0], Terms(1.0, 0.0), draws=10)
    assert [point["true"] for point in found["curve"]] == [0.0, 4.0, 8.0]


def test_the_best_in_hindsight_keeps_to_the_budget():
    found = profit_curve(PROMISED, TRUE, Terms(0.5, 2.0, budget=6.0), draws=10)
    assert (found["best"]["addressed"], found["best"]["true"]) == (1, 18.0)
    assert found["best"]["share_high"] <= 0.75


def test_the_interval_is_that_of_sums_of_drawn_rows():
    rng = np.random.default_rng(0)
    truth = rng.exponential(10.0, 2_000)
    everyone = profit_curve(truth, truth, Terms(1.0, 0.0), draws=400)["everyone"]
    spread = np.sqrt(2_000 * truth.var())
    assert everyone["high"] - everyone["low"] == pytest.approx(2 * 1.96 * spread, rel=0.15)


def test_without_a_truth_all_come_in_low_or_high():
    found = promised_curve(PROMISED, HALF, low=[4.0, 0.0, 10.0, 0.0], high=[20.0, 4.0, 60.0, 8.0])
    assert found["cut"] == {"addressed": 2, "share": 0.5, "promised": 16.0, "low": 3.0, "high": 36.0}
    assert promised_curve(PROMISED, HALF)["cut"]["low"] is None


def test_nobody():
    assert profit_curve([], [], HALF)["curve"] == []
    assert promised_curve([], HALF)["cut"] is None


def test_points_are_few_and_hold_the_ends():
    points = points_of(12_345, 77)
    assert (points[0], points[-1], len(points)) == (0, 12_345, 102)
    assert 77 in points


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ((0.0, 1.0), "`margin` must lie above 0 and be at most 1, got 0;"),
        ((1.5, 1.0), "got 1.5; give the share"),
        ((0.3, -1.0), "`cost` must be a number from 0 up, got -1;"),
        ((0.3, float("inf")), "`cost` must be a number from 0 up, got inf;"),
        ((0.3, 2.0, 1.0), "`budget` must pay for one at least, got 1 with a `cost` of 2;"),
        ((0.3, 0.0, 0.0), "`budget` must be a number above 0, got 0;"),
    ],
)
def test_terms_that_cannot_be(terms, said):
    with pytest.raises(ValueError, match=said.replace(".", r"\.")):
        Terms(*terms)


def test_lengths_that_differ():
    with pytest.raises(ValueError, match="`truth` must have the shape of `promised`"):
        profit_curve([1.0], [1.0, 2.0], HALF)
