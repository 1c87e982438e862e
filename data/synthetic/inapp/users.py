"""Who sees an impression: wealth, tastes, apps and what was spent on them, as of the impression's hour."""

from datetime import datetime
from typing import NamedTuple

import numpy as np

from data.synthetic.inapp import market as world
from data.synthetic.inapp.market import Market, draw
from data.synthetic.inapp.ragged import Bools, Entries, Floats, Ints, distinct, totals

FAVOURED = 0.6  # share of a user's apps that are of the two favourite categories
TARGETED = 0.45  # share of impressions whose app is of a favourite category
RETARGETED = 0.15  # share of impressions whose app is among those that the user has
SPENT_ON = 0.45  # share of a payer's apps that money was spent on
PAYER = -3.05  # log-odds of having ever paid, where nothing else is known
WHALE = 60.0  # dollars so far, from which the platform keeps tables of a user as a large spender


class Purchases(NamedTuple):
    """What users have spent so far, a row a (user, app) that money was spent on; p of them.

    Attributes
    ----------
    of
        (p) whose, and on which app.
    times, revenue
        (p) float64, purchases, dollars.
    days
        (p) float64, days since the last of them, as of the impression.
    """

    of: Entries
    times: Floats
    revenue: Floats
    days: Floats


class Users(NamedTuple):
    """The users of n impressions.

    Attributes
    ----------
    app, country, device
        (n) int64, codes; the app is the advertised one.
    wealth, activity, payer_z, spending, interest
        (n) float64, what no column shows: about normal, 0 on average.
    payer
        (n) bool, whether anything was ever bought.
    weeks
        (n) int64, since first seen.
    favourite
        (n, 2) int64, categories.
    library
        The apps that a user has, and of each `age`, (e) float64, days since it was installed.
    purchases
        What was spent on them.
    """

    app: Ints
    country: Ints
    device: Ints
    wealth: Floats
    activity: Floats
    payer_z: Floats
    spending: Floats
    interest: Floats
    payer: Bools
    weeks: Ints
    favourite: Ints
    library: Entries
    age: Floats
    purchases: Purchases


def draw_users(market: Market, hour: datetime, n: int, rng: np.random.Generator) -> Users:
    """Draw the users of `n` impressions of an hour."""
    country = draw(market.countries, rng.random(n))
    # who is about late in the evening has the cheaper phone somewhat more often
    night = 0.04 * np.cos(2 * np.pi * (hour.hour - 22) / 24)
    device = draw(market.devices.share, np.clip(rng.random(n) + night, 0, 1 - 1e-9))
    wealth = 0.7 * np.array(world.WEALTH)[country] + 0.5 * market.devices.tier[device] + rng.normal(0, 0.35, n)
    payer_z = 0.35 * wealth + 0.94 * rng.normal(size=n)
    activity = 0.3 * payer_z + 0.95 * rng.normal(size=n)
    favourite = rng.integers(0, world.CATEGORIES, (n, 2))
    library = _library(market, activity, favourite, rng)
    age = rng.exponential(60.0, len(library.row))
    payer = rng.random(n) < 1 / (1 + np.exp(-(PAYER + 0.9 * payer_z)))
    spending = 0.45 * payer_z + 0.89 * rng.normal(size=n)
    purchases = _purchases(market, library, age, payer, payer_z, spending, rng)
    return Users(
        app=_advertised(market, favourite, library, n, rng),
        country=country,
        device=device,
        wealth=wealth,
        activity=activity,
        payer_z=payer_z,
        spending=spending,
        interest=rng.normal(size=n),
        payer=payer,
        weeks=rng.geometric(1 / 30, n).astype(np.int64) - 1,
        favourite=favourite,
        library=library,
        age=age,
        purchases=purchases,
    )


def spent_so_far(purchases: Purchases, n: int) -> Floats:
    """Dollars of each of n users."""
    return totals(purchases.of.row, purchases.revenue, n)


def _apps_of(market: Market, category: Ints, rng: np.random.Generator) -> Ints:
    """An app of each category, by how often it is installed."""
    chance = rng.random(len(category))
    found = np.zeros(len(category), np.int64)
    for one in range(world.CATEGORIES):
        of_one = category == one
        found[of_one] = draw(market.apps.by_category[one], chance[of_one])
    return found


def _library(market: Market, activity: Floats, favourite: Ints, rng: np.random.Generator) -> Entries:
    n = len(activity)
    row = np.repeat(np.arange(n), 1 + rng.poisson(np.exp(1.2 + 0.4 * np.minimum(activity, 2.5))))
    liked = favourite[row, rng.integers(0, 2, len(row))]
    any_app = draw(market.apps.installed, rng.random(len(row)))
    app = np.where(rng.random(len(row)) < FAVOURED, _apps_of(market, liked, rng), any_app)
    return distinct(row, app, world.APPS)


def _purchases(
    market: Market,
    library: Entries,
    age: Floats,
    payer: Bools,
    payer_z: Floats,
    spending: Floats,
    rng: np.random.Generator,
) -> Purchases:
    row = library.row
    first = np.append(True, row[1:] != row[:-1])  # every payer has bought something
    bought = payer[row] & ((rng.random(len(row)) < SPENT_ON) | first)
    of = Entries(row[bought], library.code[bought])
    z = payer_z[of.row]
    times = 1.0 + rng.poisson(np.exp(-0.3 + 0.5 * np.minimum(z, 2.5))).astype(np.float64)
    noise = rng.normal(0, 0.35, len(times))
    revenue = np.round(times * np.exp(0.9 + 0.8 * spending[of.row] + market.apps.price[of.code] + noise), 2)
    days = np.minimum(rng.exponential(25.0 * np.exp(-0.3 * np.minimum(z, 2.5))), 0.95 * age[bought])
    return Purchases(of, times, np.maximum(revenue, 0.01), days)


def _advertised(market: Market, favourite: Ints, library: Entries, n: int, rng: np.random.Generator) -> Ints:
    """The advertised app: any, one of a favourite category, or one that the user has."""
    how, chance = rng.random(n), rng.random(n)
    app = draw(market.apps.advertised, rng.random(n))
    app = np.where(how < TARGETED, _apps_of(market, favourite[:, 0], rng), app)
    starts = np.searchsorted(library.row, np.arange(n))
    counts = np.bincount(library.row, minlength=n)
    held = library.code[starts + (chance * counts).astype(np.int64)]
    return np.where(how >= 1 - RETARGETED, held, app)
