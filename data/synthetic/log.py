"""A synthetic shop's raw event log, as a stream of frames and as a parquet file."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
from numpy.typing import NDArray

from data.synthetic.browsing import DRAWS, ORDER, SECOND_TASTE, THIRD_TASTE, browse, draw_tastes
from data.synthetic.catalogue import Catalogue, Goods, build_catalogue
from data.synthetic.shop import OPENING, SyntheticShop, random_stream
from data.synthetic.visitors import Visitors
from data.synthetic.visits import DAY_MS, Visits, draw_visits

Ints = NDArray[np.int64]

CHUNK_SESSIONS = 1_000
"""Sessions that share a random stream: the log does not depend on the block that it is read in."""

FILE_BLOCK_SESSIONS = 50_000  # some 840,000 rows a row group
SINGLE = 0.85  # share of orders of one piece
ZEAL_SPREAD = 0.8  # of the logarithm, between visitors

SCHEMA = pl.Schema(
    {
        "session": pl.Int64(),
        "user": pl.String(),
        "item": pl.Int64(),
        "ts": pl.Datetime("ms", "UTC"),
        "type": pl.String(),
        "price": pl.Float64(),
        "quantity": pl.Float64(),
        "category": pl.String(),
        "brand": pl.String(),
        "text": pl.String(),
    }
)


def shop_catalogue(shop: SyntheticShop) -> pl.DataFrame:
    """Return the truth about the shop's items, one row an item, sorted by `item`.

    Returns
    -------
    pl.DataFrame
        `item`, list `price`, `category`, `brand`, `text` as in the log, and what no log shows: the taste
        `cluster`, the `kin` (near-identical items), the `first_day` in the log (0 for what was there before)
        and the `pull` (how readily it is bought, 1 on average).
    """
    return build_catalogue(shop).table.sort("item")


def shop_tastes(shop: SyntheticShop) -> pl.DataFrame:
    """Return what the visitors like, which no log shows either: `session`, `cluster` and `share`, sorted.

    `share` is the chance that a visit of the session is about the cluster (`data.synthetic.browsing`).
    """
    goods = build_catalogue(shop).goods
    chunks = range(0, shop.sessions, CHUNK_SESSIONS)
    tastes = np.concatenate([_visitors(shop, goods, first // CHUNK_SESSIONS)[0].tastes for first in chunks])
    second, third = SECOND_TASTE, THIRD_TASTE
    return (
        pl.DataFrame(
            {
                "session": np.repeat(np.arange(len(tastes)), 3),
                "cluster": tastes.ravel(),
                "share": np.tile([1 - second - third, second, third], len(tastes)),
            }
        )
        .group_by("session", "cluster", maintain_order=True)
        .agg(pl.col("share").sum())
        .sort("session", "cluster")
    )


def shop_events(shop: SyntheticShop, block: int = 10_000) -> Iterator[pl.DataFrame]:
    """Yield the shop's log in frames of `block` sessions, the last one perhaps shorter.

    Events per session follow the published quantiles, and the three types the published shares, of the OTTO
    RecSys dataset (https://github.com/otto-de/recsys-dataset, README). Memory holds the catalogue and one
    block.

    Parameters
    ----------
    shop
        What to generate; the same shop gives the same events, whatever the block.
    block
        Sessions a frame.

    Returns
    -------
    Iterator[pl.DataFrame]
        `session` Int64 (0, 1, ... in order of start, within reason), `user` String (one a session), `item`
        Int64, `ts` Datetime ms UTC, `type` String (clicks, carts, orders), `price` Float64 (the item's on
        that day), `quantity` Float64, `category`, `brand`, `text` String; sorted by session and ts.

    Raises
    ------
    ValueError
        If `block` is below 1.
    """
    if block < 1:
        raise ValueError(f"`block` must be at least 1, got {block}.")
    return _blocks(shop, block)


def write_shop(shop: SyntheticShop, path: Path) -> int:
    """Write the log to the parquet file `path`, one row group a block, and return the number of events.

    The file appears under its name when it is whole.
    """
    unfinished = path.with_name(path.name + ".tmp")
    events = 0
    schema = SCHEMA.to_frame().to_arrow().schema
    with pq.ParquetWriter(unfinished, schema, use_dictionary=True, compression="zstd") as writer:
        for frame in shop_events(shop, FILE_BLOCK_SESSIONS):
            writer.write_table(frame.to_arrow(), row_group_size=frame.height)
            events += frame.height
    unfinished.replace(path)
    return events


def _blocks(shop: SyntheticShop, block: int) -> Iterator[pl.DataFrame]:
    catalogue = build_catalogue(shop)

    @lru_cache(maxsize=1)  # a chunk may reach into the next block
    def chunk(number: int) -> pl.DataFrame:
        return _chunk_events(shop, catalogue, number)

    for start in range(0, shop.sessions, block):
        end = min(start + block, shop.sessions)
        numbers = range(start // CHUNK_SESSIONS, (end - 1) // CHUNK_SESSIONS + 1)
        yield pl.concat([_cut(chunk(number), start, end) for number in numbers])


def _cut(chunk: pl.DataFrame, start: int, end: int) -> pl.DataFrame:
    first, last = chunk["session"].search_sorted(pl.Series([start, end]))
    return chunk[first:last]


def _chunk_events(shop: SyntheticShop, catalogue: Catalogue, number: int) -> pl.DataFrame:
    visitors, visits, rng = _visitors(shop, catalogue.goods, number)
    items, types = browse(catalogue.goods, visitors)
    session = number * CHUNK_SESSIONS + np.repeat(np.arange(len(visits.offsets) - 1), np.diff(visits.offsets))
    ts = order_at_once(session, visits.ts, types)
    log = pl.DataFrame(
        {
            "session": session,
            "ts": ts + int(OPENING.timestamp() * 1000),
            "type": types,
            "quantity": np.where(types == ORDER, rng.geometric(SINGLE, len(types)), 1),
            "off": catalogue.goods.discount[ts // DAY_MS // 7, items],
        }
    )
    return _spell_out(log.hstack(catalogue.table.select("item", "price", "category", "brand", "text")[items]), shop)


def _visitors(shop: SyntheticShop, goods: Goods, number: int) -> tuple[Visitors, Visits, np.random.Generator]:
    """Draw a chunk's visitors and when they come, and give the stream back for what is drawn next."""
    rng = random_stream(shop, 1, number)
    first = number * CHUNK_SESSIONS
    visits = draw_visits(shop, first, min(CHUNK_SESSIONS, shop.sessions - first), rng)
    return invite(shop, goods, visits, rng), visits, rng


def invite(shop: SyntheticShop, goods: Goods, visits: Visits, rng: np.random.Generator) -> Visitors:
    """Draw what kind of visitors come: their tastes, and how readily they buy."""
    count = len(visits.offsets) - 1
    day = visits.ts // DAY_MS
    tastes = draw_tastes(goods, day[visits.offsets[:-1]], rng.random((count, 3)))
    # the second taste is near the first: the cluster next to it, or the one that complements it
    near = np.minimum(tastes[:, 0] ^ 1, goods.cluster_cdf.shape[1] - 1)
    partner = goods.cluster_of[goods.complement[goods.cluster_start[tastes[:, 0]], 0]]
    tastes[:, 1] = np.where(rng.random(count) < 0.5, near, partner)
    zeal = rng.lognormal(-(ZEAL_SPREAD**2) / 2, ZEAL_SPREAD, count)
    chance = rng.random((len(day), DRAWS))
    return Visitors(visits.offsets, visits.opens, day, tastes, zeal, chance, shop.wandering)


def order_at_once(session: Ints, ts: Ints, types: Ints) -> Ints:
    """Give the orders that follow each other in a session the same time: they are one purchase."""
    along = (types[1:] == ORDER) & (types[:-1] == ORDER) & (session[1:] == session[:-1])
    leader = np.where(np.append(False, along), 0, np.arange(len(ts)))
    return ts[np.maximum.accumulate(leader)]


def _spell_out(log: pl.DataFrame, shop: SyntheticShop) -> pl.DataFrame:
    """Turn codes into the raw log's keys, names and units."""
    width = max(6, len(str(shop.sessions - 1)))
    return log.select(
        "session",
        "item",
        pl.col("quantity").cast(pl.Float64),
        "category",
        "brand",
        "text",
        user="u" + pl.col("session").cast(pl.String).str.zfill(width),
        ts=pl.col("ts").cast(SCHEMA["ts"]),
        type=pl.lit(pl.Series(["clicks", "carts", "orders"])).gather(pl.col("type")),
        price=(pl.col("price") * (1.0 - pl.col("off").cast(pl.Float64))).round(2),
    ).select(SCHEMA.names())
