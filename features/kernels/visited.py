"""The running session's items as the pair kernels read them: the latest first, with weights."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from data.fixed import as_float, fixed, type_weight

REACH = 10
DECAY = 0.8
TYPE_WEIGHTS = {"clicks": 1.0, "carts": 6.0, "orders": 3.0}


def visited_items(prefixes: pl.LazyFrame) -> pl.LazyFrame:
    """The distinct items of each session's last `REACH` events.

    Parameters
    ----------
    prefixes
        PREFIXES.

    Returns
    -------
    pl.LazyFrame
        query, item, since (events after its latest one), weight (`DECAY` ^ since, summed over its events), typed (the
        same times the event's type weight); sorted by (query, since).
    """
    since = (pl.col("position").max().over("query") - pl.col("position")).cast(pl.Int32)
    decayed = pl.lit(DECAY).pow(pl.col("since"))
    return (
        prefixes.with_columns(since=since)
        .filter(pl.col("since") < REACH)
        .group_by("query", "item")
        .agg(
            since=pl.col("since").min(),
            weight=as_float(fixed(decayed).sum()),
            typed=as_float(fixed(decayed * type_weight(TYPE_WEIGHTS)).sum()),
        )
        .sort("query", "since")
    )


@dataclass(frozen=True)
class Rows:
    """Candidates as a kernel takes them.

    Parameters
    ----------
    keys
        query, item.
    item
        The candidate.
    first, end
        Where its query's visited items start and end, equal if it has none.
    """

    keys: pl.DataFrame
    item: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]


def rows_of(candidates: pl.LazyFrame, visited: pl.DataFrame) -> Rows:
    """One shard's candidates with the places of their queries' visited items."""
    runs = visited["query"].rle().struct.unnest()
    starts = np.concatenate([[0], np.cumsum(runs["len"].to_numpy(), dtype=np.int64)])
    queries = np.append(runs["value"].to_numpy().astype(np.int64), -1)
    keys = candidates.select("query", "item").collect()
    asked = keys["query"].to_numpy().astype(np.int64)
    place = np.searchsorted(queries[:-1], asked)
    known = queries[place] == asked
    first = np.where(known, starts[place], 0)
    end = np.where(known, starts[np.minimum(place + 1, len(starts) - 1)], 0)
    return Rows(keys, keys["item"].to_numpy().astype(np.int64), first, end)
