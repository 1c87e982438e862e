"""The columns of one value a row: the key, the app, the place, the device, habits."""

from datetime import date, datetime

import numpy as np
import polars as pl
import pyarrow as pa

from data.keys import mix
from data.synthetic.inapp import market as world
from data.synthetic.inapp.market import Market
from data.synthetic.inapp.ragged import Arrow, Bools, Floats, Ints
from data.synthetic.inapp.users import Users

MONTHS = [str(date(2019 + month // 12, 1 + month % 12, 1)) for month in range(82)]
LAST_MONTH = 80  # September 2025, when the newest phones came out
MICROSECONDS_A_DAY = 86_400_000_000


def row_ids(first: int, n: int, salt: int) -> Arrow:
    """Texts of 32 hexadecimal digits, each once in a log: splitmix64 of a number is a bijection.

    Parameters
    ----------
    first, n
        The rows' numbers in the whole log.
    salt
        Of the log.
    """
    number = pl.int_range(first, first + n, dtype=pl.UInt64, eager=True).alias("n")
    halves = number.to_frame().select(a=mix(pl.col("n"), salt), b=mix(pl.col("n"), salt + 1))
    digits = np.char.add(_hexadecimal(halves["a"].to_numpy()), _hexadecimal(halves["b"].to_numpy()))
    return pa.array(digits.tolist(), pa.string())


def flat_columns(market: Market, users: Users, hour: datetime, rng: np.random.Generator) -> dict[str, Arrow]:
    """All such columns but the key, by name."""
    n = len(users.app)
    apps, devices = market.apps, market.devices
    known = rng.random(n) < 0.9
    region = rng.integers(0, world.REGIONS, n)
    make = devices.make[users.device]
    return {
        "advertiser_bundle": taken(apps.names, users.app),
        "advertiser_category": taken(CATEGORY_NAMES, apps.category[users.app]),
        "advertiser_subcategory": taken(SUBCATEGORY_NAMES, apps.taxon[users.app] // 2),
        "advertiser_bottom_taxonomy_level": taken(TAXON_NAMES, apps.taxon[users.app]),
        "carrier": _maybe(taken(list(world.CARRIERS), rng.integers(0, len(world.CARRIERS), n)), known),
        "country": taken(list(world.COUNTRIES), users.country),
        "region": _maybe(taken(REGION_NAMES, users.country * world.REGIONS + region), rng.random(n) < 0.93),
        "dev_make": taken(list(world.MAKES), make),
        "dev_model": taken([f"model-{device:02d}" for device in range(world.DEVICES)], users.device),
        "dev_os": taken(["android", "ios"], (make == 0).astype(np.int64)),
        "dev_osv": taken(OS_VERSIONS, _versions(make, rng)),
        "hour": pa.array(np.full(n, hour.hour, np.int32)),
        "weekday": pa.array(np.full(n, hour.weekday(), np.int32)),
        "release_date": taken(MONTHS, LAST_MONTH - devices.released[users.device]),
        "release_msrp": pa.array(devices.msrp[users.device], mask=rng.random(n) < 0.12),
        "avg_act_days": pa.array(np.clip(3.5 + 1.4 * users.activity + rng.normal(0, 1, n), 0.1, 7), mask=~known),
        "weekend_ratio": _ratio(0.29, users.interest, known, rng),
        "wifi_ratio": _ratio(0.6, users.wealth, known, rng),
        "weeks_since_first_seen": pa.array(users.weeks.astype(np.int32), mask=~known),
    }


def taken(names: list[str], codes: Ints) -> Arrow:
    """Texts by their codes."""
    return pa.array(names, pa.string()).take(codes)


def moments(hour: datetime, days: Floats, shown: Bools | None = None) -> Arrow:
    """Times so many days before an hour, to the second."""
    end = int((hour - datetime(1970, 1, 1)).total_seconds()) * 1_000_000
    whole = end - np.floor(days * 86_400).astype(np.int64) * 1_000_000
    return pa.array(whole, mask=None if shown is None else ~shown).cast(pa.timestamp("us"))


CATEGORY_NAMES = [f"IAB{1 + category}" for category in range(world.CATEGORIES)]
SUBCATEGORY_NAMES = [f"sub{place:02d}" for place in range(world.TAXA // 2)]
TAXON_NAMES = [f"taxon-{taxon:02d}" for taxon in range(world.TAXA)]
REGION_NAMES = [f"{country}-{place:02d}" for country in world.COUNTRIES for place in range(world.REGIONS)]
OS_VERSIONS = [f"{major}.{minor}" for major in (10, 11, 12, 13, 14, 15, 16, 17, 18) for minor in (0, 1, 2)]


def _versions(make: Ints, rng: np.random.Generator) -> Ints:
    newest = np.where(make == 0, 8, 5)
    return np.maximum(newest - rng.geometric(0.5, len(make)) + 1, 0) * 3 + rng.integers(0, 3, len(make))


def _ratio(usual: float, z: Floats, shown: Bools, rng: np.random.Generator) -> Arrow:
    odds = np.log(usual / (1 - usual)) + 0.3 * z + rng.normal(0, 0.8, len(z))
    return pa.array(1 / (1 + np.exp(-odds)), mask=~shown)


def _maybe(values: Arrow, shown: Bools) -> Arrow:
    return pa.compute.if_else(pa.array(shown), values, pa.scalar(None, values.type))


def _hexadecimal(numbers: Ints) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    return np.array([f"{number:016x}" for number in numbers.tolist()])
