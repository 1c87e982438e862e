"""Hits by position, and how much of them the position itself explains."""

import numpy as np
import numpy.typing as npt
import polars as pl

from evaluation.feedback.chances import wilson

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
ROUNDS, ENOUGH = 500, 1e-7
"""Of the EM: rounds at most, and the change below which it ends."""


def by_position(judged: pl.DataFrame) -> pl.DataFrame:
    """How often each place of each objective's lists hit.

    Parameters
    ----------
    judged
        type, rank, hit.

    Returns
    -------
    pl.DataFrame
        type, rank, shown, hits, rate, and low and high, the ends of its 95 % interval; sorted.
    """
    found = judged.group_by("type", "rank").agg(shown=pl.len().cast(pl.Int64), hits=pl.col("hit").sum().cast(pl.Int64))
    low, high = wilson(pl.col("hits"), pl.col("shown"))
    rate = pl.col("hits") / pl.col("shown")
    return found.with_columns(rate=rate, low=low, high=high).sort("type", "rank")


def examined(judged: pl.DataFrame) -> pl.DataFrame:
    """How likely each place is looked at, as often as the first: the position-based model, by EM.

    A place hits if it is looked at and its item is wanted, two chances that are independent: P(hit) =
    examined(rank) x wanted(item) (Craswell, Zoeter, Taylor and Ramsey 2008, "An experimental comparison of click
    position-bias models", WSDM; the EM as in Chuklin, Markov and de Rijke 2015, "Click Models for Web Search",
    section 4.1, where counts begin at one hit of two). What tells the two apart are items shown at several places:
    `compared` says of how many showings that holds. Where lists are by relevance and few items move, it tells little.

    Parameters
    ----------
    judged
        type, rank, item, hit.

    Returns
    -------
    pl.DataFrame
        type, rank, examined (1 at the first place), compared (share of the place's showings whose item was also shown
        at another place); sorted. Objectives without a hit are left out.
    """
    counted = judged.group_by("type", "rank", "item").agg(shown=pl.len(), hits=pl.col("hit").sum())
    moved = pl.len().over("type", "item") > 1
    counted = counted.with_columns(moved=moved).sort("type", "rank", "item")
    pieces = [_of_objective(rows) for rows in counted.partition_by("type", maintain_order=True)]
    schema = {"type": judged.schema["type"], "rank": judged.schema["rank"]}
    return pl.concat([pl.DataFrame(schema=schema | {"examined": pl.Float64, "compared": pl.Float64}), *pieces])


def _of_objective(rows: pl.DataFrame) -> pl.DataFrame:
    if not rows["hits"].sum():
        return pl.DataFrame(
            schema={n: rows.schema[n] for n in ("type", "rank")} | {"examined": pl.Float64, "compared": pl.Float64}
        )
    ranks = rows.select("type", "rank").unique(maintain_order=True)
    rank = rows["rank"].rank("dense").to_numpy().astype(np.int64) - 1
    item = rows["item"].rank("dense").to_numpy().astype(np.int64) - 1
    shown, hits = (rows[name].to_numpy().astype(np.float64) for name in ("shown", "hits"))
    found = _fitted(rank, item, shown, hits)
    apart = np.bincount(rank, shown * rows["moved"].to_numpy()) / np.bincount(rank, shown)
    return ranks.with_columns(examined=pl.Series(found / found[0]), compared=pl.Series(apart))


def _fitted(rank: Ints, item: Ints, shown: Floats, hits: Floats) -> Floats:
    """Chances of being looked at, a place."""
    looked, liked = np.full(rank.max() + 1, 0.5), np.full(item.max() + 1, 0.5)
    missed = shown - hits
    of_rank, of_item = np.bincount(rank, shown) + 2, np.bincount(item, shown) + 2
    for _ in range(ROUNDS):
        seen, good = looked[rank], liked[item]
        neither = 1 - seen * good  # the chance of no hit
        new = (np.bincount(rank, hits + missed * seen * (1 - good) / neither) + 1) / of_rank
        liked = (np.bincount(item, hits + missed * good * (1 - seen) / neither) + 1) / of_item
        done = np.abs(new - looked).max() < ENOUGH
        looked = new
        if done:
            break
    return looked
