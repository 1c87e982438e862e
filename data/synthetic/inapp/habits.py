"""The nested columns that tell of habits: apps with sessions and times, places, hours, answers to ads."""

from datetime import datetime

import numpy as np
import pyarrow as pa

from data.synthetic.inapp import market as world
from data.synthetic.inapp.flat import CATEGORY_NAMES, REGION_NAMES, TAXON_NAMES, moments, taken
from data.synthetic.inapp.flat import OS_VERSIONS as VERSIONS
from data.synthetic.inapp.market import Market
from data.synthetic.inapp.ragged import (
    Arrow,
    Bools,
    Floats,
    Ints,
    distinct,
    list_column,
    map_column,
    pair_column,
    summed,
)
from data.synthetic.inapp.users import Users

TUPLE = ("_1", "_2")
"""How Spark names the fields of a tuple."""
ACTIONS = ["click", "install", "open", "register", "tutorial", "level_up"]


def habit_columns(market: Market, users: Users, hour: datetime, rng: np.random.Generator) -> dict[str, Arrow]:
    """All such columns, by name."""
    n = len(users.app)
    known = rng.random(n) < np.where(users.payer, 0.85, 0.55)
    return {
        **_libraries(market, users, hour, known, rng),
        **_sessions(market, users, hour, known, rng),
        **_advertisers(users, hour, rng),
        **_places(users, rng),
        **_answers(users, rng),
        "first_request_ts": moments(hour, 7.0 * users.weeks + 7 * rng.random(n), rng.random(n) < 0.9),
    }


def _libraries(
    market: Market, users: Users, hour: datetime, known: Bools, rng: np.random.Generator
) -> dict[str, Arrow]:
    """Which apps a user has, since when, and of which kinds; which kinds the publisher wants no ads of."""
    (row, app), age, apps = users.library, users.age, market.apps
    names, n = taken(apps.names, app), len(users.app)
    seen = age + rng.exponential(3.0, len(age))
    latest = np.full(n, np.inf)
    np.minimum.at(latest, row, age)
    columns = {
        "user_bundles": list_column(row, known, names),
        "first_request_ts_bundle": map_column(row, known & (rng.random(n) < 0.6), names, moments(hour, seen)),
        "last_install_ts_bundle": map_column(row, known & (rng.random(n) < 0.5), names, moments(hour, age)),
        "last_ins": moments(hour, latest, known),
    }
    windows = {"user_bundles_l28d": (28.0, 0.6), "bundles_ins": (90.0, 0.4), "new_bundles": (7.0, 0.5)}
    for name, (days, share) in windows.items():
        recent = age < days
        shown = known & (rng.random(n) < share)
        columns[name] = list_column(row[recent], shown, names.filter(pa.array(recent)))
    return columns | _kinds(market, users, hour, known, rng)


def _kinds(market: Market, users: Users, hour: datetime, known: Bools, rng: np.random.Generator) -> dict[str, Arrow]:
    (row, app), n = users.library, len(users.app)
    category, (first,) = summed(row, market.apps.category[app], world.CATEGORIES, users.age)
    taxon, (seen,) = summed(row, market.apps.taxon[app], world.TAXA, users.age)
    blocked_row = np.repeat(np.arange(n), rng.poisson(2.0, n))
    blocked = distinct(blocked_row, rng.integers(0, world.CATEGORIES, len(blocked_row)), world.CATEGORIES)
    below = distinct(blocked_row, rng.integers(0, world.TAXA, len(blocked_row)), world.TAXA)
    of_category, of_taxon = taken(CATEGORY_NAMES, category.code), taken(TAXON_NAMES, taxon.code)
    sometimes = known & (rng.random(n) < 0.5)
    return {
        "bundles_cat": list_column(category.row, known, of_category),
        "bundles_cat_bottom_taxonomy": list_column(taxon.row, known, of_taxon),
        "bcat": list_column(blocked.row, rng.random(n) < 0.7, taken(CATEGORY_NAMES, blocked.code)),
        "bcat_bottom_taxonomy": list_column(below.row, rng.random(n) < 0.5, taken(TAXON_NAMES, below.code)),
        "last_install_ts_category": map_column(category.row, sometimes, of_category, moments(hour, first)),
        "first_request_ts_category_bottom_taxonomy": map_column(taxon.row, sometimes, of_taxon, moments(hour, seen)),
    }


def _sessions(market: Market, users: Users, hour: datetime, known: Bools, rng: np.random.Generator) -> dict[str, Arrow]:
    """How much a user does in which app."""
    (row, app), n = users.library, len(users.app)
    active = users.activity[row]
    names = taken(market.apps.names, app)
    daily = np.exp(0.2 + 0.5 * active + rng.normal(0, 0.6, len(row)))
    minutes = np.exp(1.5 + 0.3 * active + 0.2 * users.spending[row] + rng.normal(0, 0.7, len(row)))
    acted = rng.random(len(row)) < 0.3
    did = 1 + rng.poisson(np.exp(0.4 + 0.5 * np.minimum(active, 2.5)))
    ago = rng.exponential(6.0, len(row))
    shown, some = known & (rng.random(n) < 0.7), known & (rng.random(n) < 0.4)
    kept, mine = pa.array(acted), names.filter(pa.array(acted))
    times = moments(hour, ago).filter(kept)
    return {
        "avg_daily_sessions": pair_column(row, shown, TUPLE, names, pa.array(daily)),
        "avg_duration": pair_column(row, shown, TUPLE, names, pa.array(minutes)),
        "user_actions_bundles_action_count": pair_column(
            row[acted], some, ("bundle", "count"), mine, pa.array(did.astype(np.int32)).filter(kept)
        ),
        "user_actions_bundles_action_last_timestamp": pair_column(row[acted], some, ("bundle", "ts"), mine, times),
    }


def _advertisers(users: Users, hour: datetime, rng: np.random.Generator) -> dict[str, Arrow]:
    """What a user did with this advertiser's ads before."""
    n = len(users.app)
    shown = rng.random(n) < 1 / (1 + np.exp(2.2 - 0.6 * users.interest))
    row = np.repeat(np.arange(n), 1 + rng.poisson(0.5, n))
    entries = distinct(row, rng.integers(0, len(ACTIONS), len(row)), len(ACTIONS))
    count = 1 + rng.poisson(np.exp(0.4 * users.interest[entries.row]))
    ago = rng.exponential(10.0 * np.exp(-0.3 * users.interest[entries.row]))
    latest = np.full(n, np.inf)
    np.minimum.at(latest, entries.row, ago)
    names = taken(ACTIONS, entries.code)
    return {
        "advertiser_actions_action_count": pair_column(
            entries.row, shown, ("action", "count"), names, pa.array(count.astype(np.int32))
        ),
        "advertiser_actions_action_last_timestamp": map_column(entries.row, shown, names, moments(hour, ago)),
        "last_advertiser_action": moments(hour, latest, shown),
    }


def _places(users: Users, rng: np.random.Generator) -> dict[str, Arrow]:
    """Histograms of where and on what a user was seen, and in which hours."""
    n = len(users.app)
    requests = 1 + rng.poisson(8 * np.exp(0.5 * np.minimum(users.activity, 2.5)))
    row = np.repeat(np.arange(n), requests)
    away = rng.random(len(row)) < 0.05
    country = np.where(away, rng.integers(0, len(world.COUNTRIES), len(row)), users.country[row])
    region = country * world.REGIONS + np.where(rng.random(len(row)) < 0.8, row % world.REGIONS, 0)
    city = region * 5 + rng.integers(0, 2, len(row))
    version = row % (len(VERSIONS) - 1) + (rng.random(len(row)) < 0.1)
    language = np.where(away, 0, users.country[row] % len(world.LANGUAGES))
    cities = [f"{name}-c{place}" for name in REGION_NAMES for place in range(5)]
    awake = (20 + np.round(rng.normal(0, 3.5, len(row))).astype(np.int64) - row % 5) % 24
    return {
        "country_hist": _histogram(row, country, list(world.COUNTRIES), rng.random(n) < 0.8),
        "region_hist": _histogram(row, region, REGION_NAMES, rng.random(n) < 0.7),
        "city_hist": _histogram(row, city, cities, rng.random(n) < 0.6),
        "dev_osv_hist": _histogram(row, version, VERSIONS, rng.random(n) < 0.6),
        "dev_language_hist": _histogram(row, language, list(world.LANGUAGES), rng.random(n) < 0.6),
        "hour_ratio": _shares(row, awake, requests, rng.random(n) < 0.6),
    }


def _histogram(row: Ints, code: Ints, names: list[str], shown: Bools) -> Arrow:
    entries, (count,) = summed(row, code, len(names), np.ones(len(row)))
    return map_column(entries.row, shown, taken(names, entries.code), pa.array(count.astype(np.int32)))


def _shares(row: Ints, hour: Ints, total: Ints, shown: Bools) -> Arrow:
    entries, (count,) = summed(row, hour, 24, np.ones(len(row)))
    names = taken([str(place) for place in range(24)], entries.code)
    return map_column(entries.row, shown, names, pa.array(count / total[entries.row]))


def _answers(users: Users, rng: np.random.Generator) -> dict[str, Arrow]:
    """What a user's attention costs and how it answers, by the form of ads; ranks are among all users, 0 to 1."""
    n = len(users.app)
    row = np.repeat(np.arange(n), 2)
    entries = distinct(row, rng.integers(0, len(world.FORMATS), len(row)), len(world.FORMATS))
    of, names = entries.row, taken(list(world.FORMATS), entries.code)
    price = 0.7 * users.wealth[of] + 0.3 * users.payer_z[of] + rng.normal(0, 0.4, len(of))
    click = 0.6 * users.interest[of] + rng.normal(0, 0.6, len(of))
    reward = -0.5 * users.payer_z[of] + 0.3 * users.activity[of] + rng.normal(0, 0.6, len(of))
    priced, clicked, rewarded = rng.random(n) < 0.7, rng.random(n) < 0.5, rng.random(n) < 0.3
    return {
        "cpm": map_column(of, priced, names, pa.array(np.exp(price + world.FORMAT_LEVEL[entries.code]))),
        "cpm_pct_rk": map_column(of, priced, names, pa.array(_rank(price))),
        "ctr": map_column(of, clicked, names, pa.array(np.clip(0.02 * np.exp(click), 0, 1))),
        "ctr_pct_rk": map_column(of, clicked, names, pa.array(_rank(click))),
        "rwd_prank": map_column(of, rewarded, names, pa.array(_rank(reward))),
    }


def _rank(z: Floats) -> Floats:
    """About the share of all below a normal value."""
    return 1 / (1 + np.exp(-1.7 * z))
