"""What the users of impressions buy afterwards: chances that follow what can be seen, noise, and a heavy tail."""

from datetime import datetime
from typing import NamedTuple

import numpy as np

from data.synthetic.inapp.config import FIRST_HOUR
from data.synthetic.inapp.market import Market
from data.synthetic.inapp.ragged import Bools, Floats, Ints, totals
from data.synthetic.inapp.users import WHALE, Users, spent_so_far

BASE = -4.26  # log-odds of buying within seven days, where nothing else is known
UNSEEN = 0.55  # spread of what nobody can know, on the scale of log-odds
AMOUNT = 0.93  # logarithm of the dollars of a usual buyer
AMOUNT_NOISE = 0.65
WHALE_BASE = -5.78
WHALE_AMOUNT, WHALE_NOISE = 5.5, 0.42
MOST = 5_000.0  # dollars within seven days
# cumulative hazard by the end of each horizon, as a multiple of that of seven days
HAZARD = {1: 0.42, 7: 1.0, 14: 1.35, 28: 1.75}
AGAIN = {14: 0.35, 28: 0.45}  # chance that a buyer buys again between one horizon and the next


class Outcomes(NamedTuple):
    """What happens after n impressions, and what was to be expected.

    Attributes
    ----------
    buyer
        Days -> (n) bool: whether anything was bought by then.
    bought
        Days (7, 14, 28) -> (n) int64: how often.
    revenue
        Days (7, 14, 28) -> (n) float64: dollars; never less at a later day.
    chance, mean
        (n) float64, the chance of buying within seven days and the expected dollars, as one knows them who knows all
        but the dice: a ceiling that no model reaches.
    """

    buyer: dict[int, Bools]
    bought: dict[int, Ints]
    revenue: dict[int, Floats]
    chance: Floats
    mean: Floats


class _Ties(NamedTuple):
    """What ties a user to the advertised app: dollars spent on it and on its category, days since any purchase."""

    own: Floats
    category: Floats
    days: Floats
    times: Floats


def draw_outcomes(market: Market, users: Users, hour: datetime, rng: np.random.Generator) -> Outcomes:
    """Draw what the users of an hour's impressions do afterwards."""
    n = len(users.app)
    ties, spent = _ties(market, users), spent_so_far(users.purchases, n)
    odds = BASE + _pull(market, users, hour, ties, spent) + rng.normal(0, UNSEEN, n)
    chance = 1 / (1 + np.exp(-odds))
    level = _level(market, users, ties)
    whale = 1 / (1 + np.exp(-(WHALE_BASE + 2.4 * (spent > WHALE) + 0.9 * np.clip(users.spending, -1, 3))))
    usual_mean = np.exp(level + AMOUNT_NOISE**2 / 2)
    whale_mean = np.exp(WHALE_AMOUNT + 0.15 * users.wealth + WHALE_NOISE**2 / 2)
    mean = chance * ((1 - whale) * usual_mean + whale * whale_mean)
    buyer = _buyers(chance, rng)
    amount = _amounts(users, level, whale, rng)
    revenue = _revenue(buyer, amount, rng)
    return Outcomes(buyer, _counts(buyer, revenue, rng), revenue, chance, mean)


def _ties(market: Market, users: Users) -> _Ties:
    n, bought = len(users.app), users.purchases
    row, app = bought.of
    same_app = app == users.app[row]
    same_category = market.apps.category[app] == market.apps.category[users.app[row]]
    days = np.full(n, np.inf)
    np.minimum.at(days, row, bought.days)
    return _Ties(
        own=totals(row[same_app], bought.revenue[same_app], n),
        category=totals(row[same_category], bought.revenue[same_category], n),
        days=days,
        times=totals(row, bought.times, n),
    )


def _pull(market: Market, users: Users, hour: datetime, ties: _Ties, spent: Floats) -> Floats:
    """What makes a user buy, on the scale of log-odds."""
    day = (hour - FIRST_HOUR).total_seconds() / 86_400
    fashion = 0.25 * np.sin(2 * np.pi * (day / 30 + market.apps.phase[users.app]))
    clock = 0.12 * np.cos(2 * np.pi * (hour.hour - 21) / 24)
    app = market.apps.appeal[users.app] + fashion
    user = 0.45 * users.wealth + 0.35 * users.activity + 0.3 * users.interest + 0.35 * (users.weeks < 4)
    past = users.payer * (0.7 + 1.3 * np.exp(-ties.days / 12) + 0.2 * np.log1p(ties.times))
    own = 0.9 * (ties.own > 0) + 0.35 * np.log1p(ties.own)
    category = 0.5 * (ties.category > 0)
    return np.asarray(clock + app + user + past + own + category + 0.4 * (spent > WHALE), np.float64)


def _level(market: Market, users: Users, ties: _Ties) -> Floats:
    """Logarithm of what a usual buyer spends."""
    own = 0.25 * np.log1p(ties.own)
    return AMOUNT + 0.8 * users.spending + 0.4 * users.wealth + market.apps.price[users.app] + own


def _buyers(chance: Floats, rng: np.random.Generator) -> dict[int, Bools]:
    """Who has bought by each day: one draw a user, so that none un-buys."""
    patience = rng.exponential(size=len(chance))
    hazard = -np.log1p(-chance)
    return {day: patience < factor * hazard for day, factor in HAZARD.items()}


def _amounts(users: Users, level: Floats, whale: Floats, rng: np.random.Generator) -> Floats:
    n = len(level)
    usual = np.exp(level + rng.normal(0, AMOUNT_NOISE, n))
    large = np.exp(WHALE_AMOUNT + 0.15 * users.wealth + rng.normal(0, WHALE_NOISE, n))
    return np.clip(np.where(rng.random(n) < whale, large, usual), 0.49, MOST)


def _revenue(buyer: dict[int, Bools], amount: Floats, rng: np.random.Generator) -> dict[int, Floats]:
    """Dollars by each day: a first purchase of the drawn amount, later ones of a part of it."""
    revenue = {7: np.where(buyer[7], np.round(amount, 2), 0.0)}
    for before, day in ((7, 14), (14, 28)):
        again = buyer[before] & (rng.random(len(amount)) < AGAIN[day])
        first = buyer[day] & ~buyer[before]
        more = amount * (again * rng.gamma(2.0, 0.3, len(amount)) + first)
        revenue[day] = np.round(revenue[before] + more, 2)
    return revenue


def _counts(buyer: dict[int, Bools], revenue: dict[int, Floats], rng: np.random.Generator) -> dict[int, Ints]:
    """Purchases by each day: more of them where more was spent."""
    counts = {7: buyer[7] * (1 + rng.poisson(0.4 * np.log1p(revenue[7])))}
    for before, day in ((7, 14), (14, 28)):
        gained = revenue[day] > revenue[before]
        counts[day] = counts[before] + gained * (1 + rng.poisson(0.3 * np.log1p(revenue[day] - revenue[before])))
    return {day: count.astype(np.int64) for day, count in counts.items()}
