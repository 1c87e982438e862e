"""The nested columns that tell of money: what users spent on which app and category, and when; mostly null."""

from datetime import datetime

import numpy as np
import pyarrow as pa

from data.synthetic.inapp import market as world
from data.synthetic.inapp.flat import CATEGORY_NAMES, TAXON_NAMES, moments, taken
from data.synthetic.inapp.market import Market
from data.synthetic.inapp.ragged import Arrow, Bools, Floats, Ints, map_column, summed
from data.synthetic.inapp.users import WHALE, Users, spent_so_far

TOLD = 0.9  # share of payers of whom the platform knows what they spent


def spending_columns(market: Market, users: Users, hour: datetime, rng: np.random.Generator) -> dict[str, Arrow]:
    """Maps of money, of purchases and of their times by app, category and taxon; those of large spenders; ad revenue.

    Returns
    -------
    dict
        Name -> column; every key that stands in a row's map of money stands in those of its counts and times too.
    """
    n, bought, apps = len(users.app), users.purchases, market.apps
    shown = users.payer & (rng.random(n) < TOLD)
    by_app = bought.of.row, bought.of.code, apps.names
    by_category = bought.of.row, apps.category[bought.of.code], CATEGORY_NAMES
    by_taxon = bought.of.row, apps.taxon[bought.of.code], TAXON_NAMES
    columns = {}
    for place, (row, code, names) in {"bundle": by_app, "category": by_category}.items():
        latest = _latest(row, code, bought.days, len(names))
        columns[f"last_buy_ts_{place}"] = map_column(*_keyed(row, code, shown, names), moments(hour, latest))
    for place, keyed in {"bundle": by_app, "category": by_category, "category_bottom_taxonomy": by_taxon}.items():
        columns |= _amounts(place, *keyed, shown, bought.revenue, bought.times)
    latest = np.full(n, np.inf)
    np.minimum.at(latest, bought.of.row, bought.days)
    columns["last_buy"] = moments(hour, np.where(shown, latest, 0.0), shown)
    whale = shown & (spent_so_far(bought, n) > WHALE)
    return columns | _large_spenders(market, users, whale, rng) | _ad_revenue(market, users, rng)


def _keyed(row: Ints, code: Ints, shown: Bools, names: list[str]) -> tuple[Ints, Bools, Arrow]:
    entries, _ = summed(row, code, len(names))
    return entries.row, shown, taken(names, entries.code)


def _amounts(
    place: str, row: Ints, code: Ints, names: list[str], shown: Bools, revenue: Floats, count: Floats
) -> dict[str, Arrow]:
    entries, (dollars, times) = summed(row, code, len(names), revenue, count)
    keys = taken(names, entries.code)
    money = map_column(entries.row, shown, keys, pa.array(np.round(dollars, 2)))
    counts = map_column(entries.row, shown, keys, pa.array(times.astype(np.int32)))
    return {f"iap_revenue_usd_{place}": money, f"num_buys_{place}": counts}


def _latest(row: Ints, code: Ints, days: Floats, codes: int) -> Floats:
    """The fewest days of each (row, code)."""
    both, place = np.unique(row * codes + code, return_inverse=True)
    fewest = np.full(len(both), np.inf)
    np.minimum.at(fewest, place, days)
    return fewest


def _large_spenders(market: Market, users: Users, whale: Bools, rng: np.random.Generator) -> dict[str, Arrow]:
    """What is kept of large spenders only: by app, totals and where among all they stand, 0 to 1."""
    bought = users.purchases
    row, keys = bought.of.row, taken(market.apps.names, bought.of.code)
    wobble = np.exp(rng.normal(0, 0.1, len(row)))
    values = {
        "num_buys_prank": pa.array(1 - np.exp(-bought.times * wobble / 2)),
        "revenue_prank": pa.array(1 - 1 / (1 + bought.revenue * wobble / 20)),
        "total_num_buys": pa.array(bought.times.astype(np.int32)),
        "total_revenue": pa.array(np.round(bought.revenue * np.maximum(wobble, 1), 2)),
    }
    return {f"whale_users_bundle_{name}": map_column(row, whale, keys, value) for name, value in values.items()}


def _ad_revenue(market: Market, users: Users, rng: np.random.Generator) -> dict[str, Arrow]:
    """What advertisers have paid for a user so far, by app."""
    n = len(users.app)
    shown = rng.random(n) < 0.08
    row = np.repeat(np.arange(n), 1 + rng.poisson(0.6, n))
    entries, _ = summed(row, rng.integers(0, world.APPS, len(row)), world.APPS)
    paid = np.exp(-3 + 0.5 * users.wealth[entries.row] + rng.normal(0, 0.8, len(entries.row)))
    return {"rev_by_adv": map_column(entries.row, shown, taken(market.apps.names, entries.code), pa.array(paid))}
