import numpy as np
import pytest

from data.errors import AisleError
from value.lifetime.btyd.gamma_gamma import GammaGamma, _likelihood


def test_mean_spend_worked_by_hand():
    """(10 + 2 x 30) / (2 + 2 - 1); without a purchase all customers' mean, 10 / (2 - 1)."""
    found = GammaGamma(p=1.0, q=2.0, v=10.0).mean_spend(np.array([2.0, 0.0]), np.array([30.0, 0.0]))
    assert found == pytest.approx([70 / 3, 10])


def test_likelihood_worked_by_hand():
    """Gamma(3) / (Gamma(1) Gamma(2)) x 10^2 / 20^3 = 1/40."""
    assert _likelihood(np.array([1.0, 2.0, 10.0]), np.ones(1), np.full(1, 10.0))[0] == pytest.approx(np.log(1 / 40))


def test_the_slope_is_that_of_finite_differences():
    x, m, at = np.array([1.0, 3, 20]), np.array([0.2, 1, 4]), np.array([2.0, 3, 0.8])
    slope = _likelihood(at, x, m)[1]
    for n in range(3):
        step = np.eye(3)[n] * 1e-6
        assert slope[n] == pytest.approx(
            (_likelihood(at + step, x, m)[0] - _likelihood(at - step, x, m)[0]) / 2e-6, rel=1e-5
        )


def drawn(n):
    dice = np.random.default_rng(5)
    number, scale = dice.integers(1, 12, n).astype(float), dice.gamma(4, 1 / 20, n)
    return number, dice.gamma(3 * number, 1 / (scale * number))


def test_fitted_parameters_come_back_and_follow_the_currency():
    number, spend = drawn(6000)
    found = GammaGamma.fit(number, spend)
    assert [found.p, found.q, found.v] == pytest.approx([3, 4, 20], rel=0.2)
    other = GammaGamma.fit(number, spend * 64)
    assert (other.p, other.q, other.v) == (found.p, found.q, found.v * 64)
    assert GammaGamma.fit(number, spend, start=found).v == pytest.approx(found.v, rel=1e-4)


def test_who_paid_nothing_teaches_nothing():
    number, spend = drawn(300)
    more = GammaGamma.fit(np.append(number, [3, 0]), np.append(spend, [-2.0, 9.0]))
    assert more == GammaGamma.fit(number, spend)
    with pytest.raises(AisleError, match="`money` must be above 0 for a customer, got none of 2"):
        GammaGamma.fit(np.ones(2), np.zeros(2))


def test_a_mean_over_all_customers_exists_always():
    """One spends a thousand times as much as the rest: q would fall below 1."""
    found = GammaGamma.fit(np.full(4, 50.0), np.array([1e-3, 0.1, 10, 1000]))
    assert found.q >= 1.01 * (1 - 1e-9)
