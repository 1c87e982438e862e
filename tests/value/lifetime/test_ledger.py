import numpy as np

from tests.oracle.customers import day, ordered
from value.lifetime.ledger import STEPS, Ledger

LINES = ordered((9, 5, 0, 1, 1.0, 0.07), (7, 1, 1, 1, 1.0, 0.1), (7, 3, 2, 1, 1.0, 0.2), (7, 5, 3, 1, 1.0, 4.0))


def test_sums_from_a_moment_on_and_before_another():
    ledger = Ledger.open(LINES, "ts", "spend")
    assert ledger.between(np.array([9, 8, 7]), day(1), day(5)).tolist() == [0, 0, round(0.3 * STEPS)]
    assert ledger.between(np.array([9, 7]), day(3), day(6)).tolist() == [round(0.07 * STEPS), round(4.2 * STEPS)]
    assert ledger.between(np.array([], np.int64), day(3), day(6)).tolist() == []


def test_nothing_was_bought():
    assert Ledger.open(LINES.clear(), "ts", "spend").between(np.array([7]), day(0), day(9)).tolist() == [0]
