import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from value.lifetime.gates import OPEN, Gate, find_gate, measure


def test_a_gate_by_hand():
    said, p = np.array([10.0, 10, 10, 200]), np.array([0.1, 0.2, 0.9, 0.9])
    assert Gate(0.2, 0.0, 2.0, 100.0)(said, p).tolist() == [0, 20, 20, 100]
    assert OPEN(said, p).tolist() == said.tolist()


def market(rows=4_000, seed=1):
    random = np.random.default_rng(seed)
    p = random.beta(0.3, 2, rows)
    truth = np.where(random.random(rows) < p, random.lognormal(3, 1, rows), 0.0)
    return p, truth


def test_a_gate_is_found_where_it_does_good():
    p, truth = market()
    found = find_gate(np.full(len(p), 30.0), p, truth, "mae")
    assert found.gate.cutoff > 0.2
    assert found.gate.below == 0.0
    assert found.after < found.before
    later, came = market(seed=2)
    said = np.full(len(later), 30.0)
    assert measure("mae", found.gate(said, later), came) < measure("mae", said, came)


def test_where_no_gate_does_good_it_stays_open():
    p, truth = market()
    assert find_gate(truth, p, truth, "rmse").gate == OPEN
    assert find_gate(truth[:0], p[:0], truth[:0], "rmse").gate == OPEN


def test_a_doubt_about_the_level_is_mended_by_the_multiplier():
    p, truth = market()
    found = find_gate(truth / 2, p, truth, "rmse")
    assert (found.gate.above, found.after) == (2.0, 0.0)


@pytest.mark.parametrize("zero_rate", [0.3, 0.8, 0.96])
def test_a_zero_rate_is_kept_within_its_tolerance(zero_rate):
    p, truth = market()
    found = find_gate(np.full(len(p), 5.0), p, truth, "rmsle", zero_rate=zero_rate, tolerance=0.01)
    assert abs(found.zero_rate - zero_rate) <= 0.0105


def test_the_nearest_cutoff_is_taken_where_many_rows_are_alike():
    p = np.repeat([0.1, 0.9], [70, 30])
    found = find_gate(np.ones(100), p, (p > 0.5).astype(float), "mae", zero_rate=0.9, tolerance=0.01)
    assert found.zero_rate in (0.7, 1.0)


@given(st.floats(0, 1), st.floats(0, 5), st.floats(0, 5), st.floats(0, 100))
def test_no_promise_falls_below_nothing_or_passes_the_cap(cutoff, below, above, cap):
    p, truth = market(50)
    said = Gate(cutoff, below, above, cap)(truth, p)
    assert (said >= 0).all()
    assert (said <= cap).all()


@pytest.mark.parametrize(
    ("numbers", "told"), [({"cutoff": 1.1}, "`cutoff`"), ({"above": -1}, "`above`"), ({"cap": float("inf")}, "`cap`")]
)
def test_numbers_out_of_range_are_refused(numbers, told):
    with pytest.raises(ValueError, match=told):
        Gate(**numbers)
