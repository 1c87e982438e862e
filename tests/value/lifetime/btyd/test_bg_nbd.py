from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta

from data.errors import AisleError
from value.lifetime.btyd.bg_nbd import BgNbd
from value.lifetime.btyd.distinct import distinct
from value.lifetime.btyd.summary import Summary


def summary(repeats, recency, age):
    x, last, long = (np.asarray(one, np.float64) for one in (repeats, recency, age))
    return Summary(np.arange(len(x)), x, last, long, np.ones(len(x)), np.ones(len(x)))


MODEL = BgNbd(r=1.0, alpha=1.0, a=2.0, b=1.0)
TWO = summary([0, 1], [0, 1], [3, 3])


def test_likelihood_worked_by_hand():
    """x = 0: (1/4); x = 1: B(2, 2) / B(2, 1) x (4^-2 + 2 x 2^-2) = 1/3 x 9/16 = 3/16."""
    assert MODEL.log_likelihood(TWO) == pytest.approx(np.log(1 / 4) + np.log(3 / 16))


def test_answers_worked_by_hand():
    """Alive: 1 / (1 + 2 x (4/2)^2) = 1/9. Buys in 4: 1 - (4/8)^(1 + x). x = 0 buys 2 x (1 - log 2) times."""
    assert MODEL.alive(TWO) == pytest.approx([1, 1 / 9])
    assert MODEL.buys(TWO, 4.0) == pytest.approx([1 / 2, 3 / 4 / 9])
    assert MODEL.purchases(TWO, 4.0)[0] == pytest.approx(2 * (1 - np.log(2)))


@settings(max_examples=30)
@given(
    st.floats(0.05, 5),
    st.floats(0.1, 20),
    st.floats(1.05, 4),
    st.floats(0.1, 300),
    st.integers(0, 150),
    st.floats(0.1, 60),
)
def test_purchases_are_the_integral_over_those_who_stay(r, alpha, a, b, x, time):
    """Given the chance p of leaving: (1 - (1 + p t / (alpha + age))^-(r + x)) / p, over p as beta(a, b + x)."""
    model, one = BgNbd(r, alpha, a, b), summary([x], [20 if x else 0], [30])

    def at(p):
        return (1 - (1 + p * time / (alpha + 30)) ** -(r + x)) / p * beta.pdf(p, a, b + x)

    middle = a / (a + b + x)
    edges = [0, middle / 4, middle, min(1.0, 4 * middle), 1]
    found = sum(quad(at, low, high)[0] for low, high in pairwise(edges))
    assert model.purchases(one, time)[0] == pytest.approx(found * model.alive(one)[0], rel=1e-6)


def test_around_the_pole_and_at_extremes():
    many = summary([0, 3, 400], [0, 2, 99], [5, 50, 100])
    near = [BgNbd(0.5, 5.0, a, 2.0).purchases(many, 8.0) for a in (0.999, 1.0, 1.001)]
    assert near[1] == pytest.approx((near[0] + near[2]) / 2, rel=1e-5)
    for a, b in ((1e-5, 1e5), (0.004, 0.6), (1e5, 1e-5)):
        model = BgNbd(0.7, 9.0, a, b)
        grows = np.array([model.purchases(many, time) for time in (0.0, 1.0, 10.0, 100.0)])
        assert np.isfinite(grows).all()
        assert (np.diff(grows, axis=0) >= 0).all()
        assert (model.buys(many, 10.0) <= grows[2] + 1e-12).all()


def test_the_slope_is_that_of_finite_differences():
    from value.lifetime.btyd.bg_nbd import _likelihood

    rows, count, _ = distinct(*(np.array(one, float) for one in ([0, 0, 2, 9], [0, 0, 3, 8], [4, 4, 7, 9])))
    at = np.array([0.4, 3.0, 0.6, 1.7])
    slope = _likelihood(at, rows, count)[1]
    for n in range(4):
        step = np.eye(4)[n] * 1e-6
        up, down = (_likelihood(at + sign * step, rows, count)[0] for sign in (1, -1))
        assert slope[n] == pytest.approx((up - down) / 2e-6, rel=1e-5)


def drawn(n, seed=4):
    """Customers by the model's own story, r 0.8, alpha 4, a 0.7, b 2."""
    dice = np.random.default_rng(seed)
    age, rate, leaves = dice.uniform(10, 60, n), dice.gamma(0.8, 1 / 4, n), dice.beta(0.7, 2, n)
    x, last = np.zeros(n), np.zeros(n)
    for one in range(n):
        now, gone = dice.exponential(1 / rate[one]), False
        while now < age[one] and not gone:
            x[one], last[one] = x[one] + 1, now
            gone = dice.random() < leaves[one]
            now += dice.exponential(1 / rate[one])
    return summary(x, last, age)


def test_fitted_parameters_come_back():
    some = drawn(4000)
    found = BgNbd.fit(some)
    assert [found.r, found.alpha, found.a, found.b] == pytest.approx([0.8, 4, 0.7, 2], rel=0.3)
    again = BgNbd.fit(some, start=found)
    assert found.log_likelihood(some) == pytest.approx(again.log_likelihood(some), abs=1e-6)
    held = BgNbd.fit(some, penalizer=0.5)
    assert held.b < found.b
    assert held.log_likelihood(some) < found.log_likelihood(some)


def test_units_of_time_scale_alpha_alone():
    some = drawn(500)
    weeks, days = BgNbd.fit(some), BgNbd.fit(summary(some.repeats, some.recency * 8, some.age * 8))
    assert days.alpha == pytest.approx(8 * weeks.alpha)
    assert [days.r, days.a, days.b] == pytest.approx([weeks.r, weeks.a, weeks.b])


def test_no_time_teaches_no_rate():
    with pytest.raises(AisleError, match="`age` of a customer must be above 0"):
        BgNbd.fit(summary([0], [0], [0]))
