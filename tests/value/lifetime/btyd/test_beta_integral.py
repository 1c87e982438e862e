import numpy as np
import pytest
from scipy.special import hyp2f1

from value.lifetime.btyd.beta_integral import purchases_until_leaving


def test_worked_by_hand():
    """Shape 1, time 1, all chances alike: the integral of 1 / (1 + p) is log 2. Nobody leaves: shape x time."""
    one = np.ones(1)
    assert purchases_until_leaving(one, one, 1.0, one)[0] == pytest.approx(np.log(2), rel=1e-12)
    assert purchases_until_leaving(3 * one, 2 * one, 1e-9, 1e9 * one)[0] == pytest.approx(6)
    assert purchases_until_leaving(3 * one, 2 * one, 1e9, 1e-9 * one)[0] == pytest.approx(1 - 3**-3)


def test_equal_to_the_closed_form_where_that_can_be_computed():
    dice = np.random.default_rng(8)
    shape, time = 10 ** dice.uniform(-1, 1.3, 3000), 10 ** dice.uniform(-2, 0, 3000)
    b = 10 ** dice.uniform(-0.5, 1.5, 3000)
    for a in (0.2, 0.7, 1.5, 4.0):
        closed = (a + b - 1) / (a - 1) * (1 - hyp2f1(shape, a - 1, a + b - 1, -time))
        assert purchases_until_leaving(shape, time, a, b) == pytest.approx(closed, rel=1e-8)


def test_bounds_and_order_at_extremes():
    dice = np.random.default_rng(9)
    shape, b = 10 ** dice.uniform(-3, 3, 2000), 10 ** dice.uniform(-5, 5, 2000)
    for a in (1e-5, 0.1, 1.0, 1e5):
        found = [purchases_until_leaving(shape, np.full(2000, time), a, b) for time in (0.0, 0.1, 1.0, 10.0, 100.0)]
        assert np.isfinite(found).all()
        assert (np.diff(found, axis=0) >= -1e-5).all()
