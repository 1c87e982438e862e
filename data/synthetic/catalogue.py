"""What a synthetic shop sells: clusters of taste, near-identical kin, complements, texts, prices and fashions.

Inside, an item is its place in an order by category, cluster and kin, so that each of these is a range of
places. The log shows a shuffled key instead.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data.synthetic import words
from data.synthetic.shop import SyntheticShop, random_stream

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

CLUSTER_ITEMS = 45
CATEGORY_CLUSTERS = 3
BRAND_ITEMS = 60
CLUSTER_BRANDS = 4
KIN_BREAK = 0.4  # the chance that an item is not kin of the one before: 2.5 near-identical items on average
# Zipf-Mandelbrot popularity, (rank + n / HEAD)^-ZIPF: near the published spread of events per item (median a
# sixth of the mean, 95 % quantile 3.4 times) without one item that everybody sees
ZIPF, HEAD = 1.3, 100.0


class Goods(NamedTuple):
    """The catalogue as arrays that the browsing kernel reads; n items, k clusters, d days, w weeks.

    Attributes
    ----------
    cluster_start
        (k + 1) int64, the first item of each cluster, then n.
    cluster_of
        (n) int64, an item's cluster.
    kin_start, kin_end
        (n) int64, the range of an item's near-identical kin, itself included.
    complement
        (n, 2) int64, items that are bought with an item.
    first_day
        (n) int64, the day of the log on which an item appears; 0 for what was there before.
    pull
        (n) float64, how readily an item is carted and ordered, 1 on the average click.
    discount
        (w, n) float32, share of the price that is off in a week.
    cluster_cdf
        (d, k) float64, cumulative popularity of the clusters on a day.
    item_cdf
        (d, n) float32, cumulative popularity of the items on a day, within their cluster.
    """

    cluster_start: Ints
    cluster_of: Ints
    kin_start: Ints
    kin_end: Ints
    complement: Ints
    first_day: Ints
    pull: Floats
    discount: NDArray[np.float32]
    cluster_cdf: Floats
    item_cdf: NDArray[np.float32]


class Catalogue(NamedTuple):
    """The arrays for the kernel, and the table of what the log shows of an item, a row a place."""

    goods: Goods
    table: pl.DataFrame


class _Layout(NamedTuple):
    cluster_start: Ints
    cluster_of: Ints
    category_of: Ints  # of a cluster
    kin_of: Ints
    kin_start: Ints  # of a kin group, then n


def build_catalogue(shop: SyntheticShop) -> Catalogue:
    """Build the whole catalogue: the same for the same shop, however its log is then cut into blocks."""
    rng = random_stream(shop, 0)
    n = shop.catalogue_size
    layout = _lay_out(n, rng)
    first_day = _first_days(shop, layout, rng)
    prices = _prices(layout, rng)
    weights = np.power(rng.permutation(n) + 1.0 + n / HEAD, -ZIPF, dtype=np.float64)
    pull = _pulls(layout, prices, weights, rng)
    cluster_cdf, item_cdf = _popularity(shop.days, layout, first_day, weights, rng)
    goods = Goods(
        cluster_start=layout.cluster_start,
        cluster_of=layout.cluster_of,
        kin_start=layout.kin_start[layout.kin_of],
        kin_end=layout.kin_start[layout.kin_of + 1],
        complement=_complements(layout, rng),
        first_day=first_day,
        pull=pull,
        discount=_discounts(shop.days, n, rng),
        cluster_cdf=cluster_cdf,
        item_cdf=item_cdf,
    )
    return Catalogue(goods, _table(layout, goods, prices, rng))


def _lay_out(n: int, rng: np.random.Generator) -> _Layout:
    clusters = max(2, n // CLUSTER_ITEMS)
    least = n // clusters // 3
    spare = rng.multinomial(n - least * clusters, rng.dirichlet(np.full(clusters, 2.0)))
    cluster_start = np.concatenate([[0], np.cumsum(least + spare)]).astype(np.int64)
    cluster_of = np.repeat(np.arange(clusters), np.diff(cluster_start))
    categories = int(np.clip(clusters // CATEGORY_CLUSTERS, 2, words.MAX_CATEGORIES))
    breaks = rng.random(n) < KIN_BREAK
    breaks[cluster_start[:-1]] = True
    return _Layout(
        cluster_start=cluster_start,
        cluster_of=cluster_of,
        category_of=np.arange(clusters) * categories // clusters,
        kin_of=np.cumsum(breaks) - 1,
        kin_start=np.append(np.flatnonzero(breaks), n),
    )


def _first_days(shop: SyntheticShop, layout: _Layout, rng: np.random.Generator) -> Ints:
    """Spread the new items over the log; every cluster keeps one old item, so that it can be browsed always."""
    n = len(layout.kin_of)
    is_new = rng.random(n) < shop.new_items
    is_new[layout.cluster_start[:-1]] = False
    return np.where(is_new, rng.integers(1, shop.days, n), 0)


def _prices(layout: _Layout, rng: np.random.Generator) -> Floats:
    """Log-normal and therefore right-skewed, alike within a category, a cluster and most within kin."""
    categories, clusters, kins = layout.category_of[-1] + 1, len(layout.category_of), len(layout.kin_start) - 1
    log_price = (
        np.log(25.0)
        + rng.normal(0.0, 0.8, categories)[layout.category_of[layout.cluster_of]]
        + rng.normal(0.0, 0.4, clusters)[layout.cluster_of]
        + rng.normal(0.0, 0.2, kins)[layout.kin_of]
        + rng.normal(0.0, 0.03, len(layout.kin_of))
    )
    return np.asarray(np.maximum(np.round(np.exp(log_price)), 1.0) - 0.01, dtype=np.float64)


def _pulls(layout: _Layout, prices: Floats, weights: Floats, rng: np.random.Generator) -> Floats:
    """Let cheap things be bought more readily, and categories, kin and items differ beyond that."""
    categories = layout.category_of[-1] + 1
    log_pull = (
        -0.25 * np.log(prices)
        + rng.normal(0.0, 0.3, categories)[layout.category_of[layout.cluster_of]]
        + rng.normal(0.0, 0.4, len(layout.kin_start) - 1)[layout.kin_of]
        + rng.normal(0.0, 0.4, len(layout.kin_of))
    )
    pull = np.exp(log_pull)
    return np.asarray(pull * weights.sum() / (pull * weights).sum(), dtype=np.float64)


def _complements(layout: _Layout, rng: np.random.Generator) -> Ints:
    """Give all kin the same two complements, from the corresponding cluster of the partner category."""
    category_start = np.searchsorted(layout.category_of, np.arange(layout.category_of[-1] + 2))
    categories = len(category_start) - 1
    partner = np.arange(categories) ^ 1
    partner[partner == categories] = max(categories - 2, 0)
    sizes = np.diff(category_start)
    within = np.arange(len(layout.category_of)) - category_start[layout.category_of]
    partner = partner[layout.category_of]
    cluster = (category_start[partner] + within % sizes[partner])[layout.cluster_of[layout.kin_start[:-1]]]
    start, end = layout.cluster_start[cluster], layout.cluster_start[cluster + 1]
    # squared, so that a few accessories of a cluster go with most of what they complement
    places = start[:, None] + (rng.random((len(start), 2)) ** 2 * (end - start)[:, None]).astype(np.int64)
    return np.ascontiguousarray(places[layout.kin_of])


def _discounts(days: int, n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Take 10, 20, 30 or 40 % off an eighth of the items in any week."""
    shape = ((days + 6) // 7, n)
    share = rng.integers(1, 5, shape, dtype=np.int8) * (rng.random(shape, dtype=np.float32) < 0.125)
    return (share * np.float32(0.1)).astype(np.float32)


def _popularity(
    days: int, layout: _Layout, first_day: Ints, weights: Floats, rng: np.random.Generator
) -> tuple[Floats, NDArray[np.float32]]:
    """Let clusters drift day by day, items rise and fall in their own season, and new items begin with hype."""
    n, clusters = len(weights), len(layout.category_of)
    start, end = layout.cluster_start[:-1], layout.cluster_start[1:]
    fashion = np.exp(np.cumsum(rng.normal(0.0, 0.12, (days, clusters)), axis=0))
    season, phase = rng.uniform(10.0, 60.0, n), rng.uniform(0.0, 2 * np.pi, n)
    cluster_cdf = np.empty((days, clusters))
    item_cdf = np.empty((days, n), np.float32)
    for day in range(days):
        age = day - first_day
        hype = np.where(first_day > 0, 1.0 + 4.0 * np.exp(-np.maximum(age, 0) / 3.0), 1.0)
        trend = np.exp(0.7 * np.sin(2 * np.pi * day / season + phase))
        total = np.cumsum(np.where(age >= 0, weights * hype * trend, 0.0))
        before = np.append(0.0, total)[start]
        mass = total[end - 1] - before
        # the last living item of a cluster gets exactly 1.0, and one not yet born adds exactly nothing
        item_cdf[day] = (total - before[layout.cluster_of]) / mass[layout.cluster_of]
        attraction = np.cumsum(mass * fashion[day])
        cluster_cdf[day] = attraction / attraction[-1]
    return cluster_cdf, item_cdf


def _table(layout: _Layout, goods: Goods, prices: Floats, rng: np.random.Generator) -> pl.DataFrame:
    n, clusters, kins = len(layout.kin_of), len(layout.category_of), len(layout.kin_start) - 1
    brands = int(np.clip(n // BRAND_ITEMS, 12, words.MAX_BRANDS))
    home = rng.integers(0, brands, (clusters, CLUSTER_BRANDS))
    kin_cluster = layout.cluster_of[layout.kin_start[:-1]]
    brand = home[kin_cluster, rng.integers(0, CLUSTER_BRANDS, kins)][layout.kin_of]
    style = rng.integers(0, len(words.STYLES), clusters)[layout.cluster_of]
    material = rng.integers(0, len(words.MATERIALS), kins)[layout.kin_of]
    variant = np.arange(n) - goods.kin_start + rng.integers(0, len(words.COLOURS), kins)[layout.kin_of]
    named = pl.DataFrame(
        {
            "item": rng.permutation(n),
            "price": prices,
            "category": _spell(map(words.category_name, range(words.MAX_CATEGORIES))).gather(
                layout.category_of[layout.cluster_of]
            ),
            "brand": _spell(map(words.brand_name, range(brands))).gather(brand),
            "style": _spell(words.STYLES).gather(style),
            "material": _spell(words.MATERIALS).gather(material),
            "colour": _spell(words.COLOURS).gather(variant % len(words.COLOURS)),
            "cluster": layout.cluster_of,
            "kin": layout.kin_of,
            "first_day": goods.first_day,
            "pull": goods.pull,
        }
    )
    title = pl.concat_str(["brand", "style", "category", "material", "colour"], separator=" ")
    return named.with_columns(text=title).drop("style", "material", "colour")


def _spell(names: Iterable[str]) -> pl.Series:
    return pl.Series(list(names), dtype=pl.String)
