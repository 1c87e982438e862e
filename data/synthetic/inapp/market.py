"""What an ad platform deals in: apps with their categories, countries, devices and ad formats."""

from typing import NamedTuple

import numpy as np

from data.synthetic.inapp.config import random_stream
from data.synthetic.inapp.ragged import Floats, Ints
from data.synthetic.words import brand_name

APPS, CATEGORIES, TAXA = 400, 18, 60
"""Apps, and their categories at two depths."""
COUNTRIES = (
    "US", "BR", "IN", "JP", "DE", "GB", "FR", "MX", "KR", "ID", "TR", "IT", "ES", "CA", "AU", "RU", "PH", "TH",
    "VN", "PL", "SA", "AE", "NL", "AR", "CO", "EG", "ZA", "SE", "CH", "MY", "PK", "NG", "CL", "PE", "RO", "UA",
)  # fmt: skip
WEALTH = (
    1.2, -0.4, -1.4, 1.3, 0.9, 0.9, 0.6, -0.3, 1.0, -1.0, -0.4, 0.4, 0.3, 0.9, 1.1, -0.3, -0.9, -0.6,
    -1.1, 0.0, 0.7, 0.9, 0.8, -0.5, -0.6, -1.0, -0.5, 0.9, 1.4, -0.2, -1.4, -1.4, -0.3, -0.6, -0.2, -0.7,
)  # fmt: skip
"""How much people spend there, on the scale of logarithms."""
REGIONS = 12
"""Of each country."""
DEVICES = 80
FORMATS = ("banner", "interstitial", "native", "rewarded", "video")
FORMAT_LEVEL = np.array([-1.2, 0.6, -0.6, 1.2, 0.9])
"""Logarithm of what a thousand impressions of each cost."""
MAKES = ("Apple", "Samsung", "Xiaomi", "Oppo", "Motorola", "Google", "Huawei", "Realme")
LANGUAGES = ("en", "es", "pt", "ja", "de", "fr", "ko", "id", "tr", "it", "hi", "ar")
CARRIERS = ("verizon", "t-mobile", "vodafone", "claro", "jio", "orange", "docomo", "telkomsel", "turkcell", "wifi")


class Apps(NamedTuple):
    """The apps that are advertised and installed, as arrays of `APPS`.

    Attributes
    ----------
    names
        Texts.
    category, taxon
        int64, at two depths: a taxon belongs to one category.
    appeal
        float64, how readily an app's users buy, on the scale of log-odds.
    price
        float64, logarithm of what a purchase costs, 0 on average.
    phase
        float64, where in its own cycle of fashion an app stands on the first day, in turns.
    advertised, installed
        float64, cumulative shares, the last 1.
    by_category
        (CATEGORIES, APPS) float64, cumulative shares of those installed in a category.
    """

    names: list[str]
    category: Ints
    taxon: Ints
    appeal: Floats
    price: Floats
    phase: Floats
    advertised: Floats
    installed: Floats
    by_category: Floats


class Devices(NamedTuple):
    """Models of devices, as arrays of `DEVICES`: `make` codes, `tier` of price (about -1 to 2), dollars, months."""

    make: Ints
    tier: Floats
    msrp: Floats
    released: Ints
    share: Floats


class Market(NamedTuple):
    """All that users meet; the same for one seed."""

    apps: Apps
    devices: Devices
    countries: Floats  # cumulative shares


def build_market(seed: int) -> Market:
    """The market of a seed."""
    rng = random_stream(seed, 0)
    country = np.power(np.arange(len(COUNTRIES)) + 2.0, -0.9)
    return Market(_apps(rng), _devices(rng), _cumulative(country))


def _apps(rng: np.random.Generator) -> Apps:
    taxon = rng.permutation(np.arange(APPS) % TAXA)
    category = taxon % CATEGORIES
    advertised = np.power(rng.permutation(APPS) + 8.0, -1.1)
    installed = np.power(rng.permutation(APPS) + 12.0, -1.0)
    appeal = rng.normal(0, 0.45, CATEGORIES)[category] + rng.normal(0, 0.35, APPS)
    price = rng.normal(0, 0.25, CATEGORIES)[category] + rng.normal(0, 0.25, APPS)
    of_category = np.where(category == np.arange(CATEGORIES)[:, None], installed, 0.0)
    shown = 0.4 * advertised / advertised.sum() + 0.6 * (of_category / of_category.sum(axis=1, keepdims=True)).mean(
        axis=0
    )
    return Apps(
        names=[f"com.{brand_name(app).lower()}.{'game' if app % 3 else 'app'}{app:03d}" for app in range(APPS)],
        category=category,
        taxon=taxon,
        appeal=_centred(appeal, shown),
        price=_centred(price, shown),
        phase=rng.random(APPS),
        advertised=_cumulative(advertised),
        installed=_cumulative(installed),
        by_category=np.array([_cumulative(row) for row in of_category]),
    )


def _devices(rng: np.random.Generator) -> Devices:
    make = rng.choice(len(MAKES), DEVICES, p=[0.3, 0.25, 0.15, 0.08, 0.07, 0.05, 0.05, 0.05])
    share = np.power(rng.permutation(DEVICES) + 6.0, -1.0)
    tier = np.where(make == 0, 0.9, -0.2) + rng.normal(0, 0.5, DEVICES)
    tier += 0.2 - np.average(tier, weights=share)
    msrp = np.round(np.exp(5.7 + 0.55 * tier) / 10) * 10 - 1
    released = rng.integers(0, 72, DEVICES)  # months before the log begins
    return Devices(make, tier, msrp, released, _cumulative(share))


def draw(cumulative: Floats, chance: Floats) -> Ints:
    """Codes that uniform random numbers choose by cumulative shares."""
    return np.minimum(np.searchsorted(cumulative, chance, side="right"), len(cumulative) - 1).astype(np.int64)


def _centred(logarithm: Floats, weight: Floats) -> Floats:
    """Logarithms moved so that the weighted mean of what they are of is 1: so no market is richer than another."""
    return np.asarray(logarithm - np.log(np.average(np.exp(logarithm), weights=weight)), np.float64)


def _cumulative(weight: Floats) -> Floats:
    total = np.cumsum(weight)
    return np.asarray(total / total[-1], np.float64)
