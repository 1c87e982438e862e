"""RANKED: each query's best by an objective's scores, filled up with what is popular."""

from collections.abc import Mapping
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt
import polars as pl

from data.barred import Bought
from data.candidates import Candidates
from data.popularity import TOP
from data.schema import TypeEnum

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class TopLists(NamedTuple):
    """The best of some queries for one objective, a row a query.

    Parameters
    ----------
    items
        (queries, n), the best first.
    scores
        (queries, n) f32; NaN where popularity filled up.
    counts
        How many of each row there are; fewer than n only where the catalogue ends.
    """

    items: Ints
    scores: npt.NDArray[np.float32]
    counts: Ints


def top_lists(
    candidates: Candidates,
    scores: Floats,
    popular: Ints,
    n: int = TOP,
    bought: Bought | None = None,
    order: Floats | None = None,
) -> TopLists:
    """The best `n` of every query: by score, equal scores in fused order, then the popular items that are lacking.

    Parameters
    ----------
    candidates
        What was scored.
    scores
        A score a candidate.
    popular
        What fills short lists, best first: 2 n + 1 of them, where the catalogue has as many; with `bought` more.
    n
        Items a query.
    bought
        What must not fill a query's list; null: nothing.
    order
        What decides in place of the scores, more first; null: they do.
    """
    queries = len(candidates.starts) - 1
    bought = bought or Bought(np.zeros(queries + 1, np.int64), np.zeros(0, np.int64))
    found = TopLists(
        np.zeros((queries, n), np.int64), np.full((queries, n), np.nan, np.float32), np.zeros(queries, np.int64)
    )
    by = scores if order is None else order
    _fill(candidates.starts, candidates.item, by, scores, popular, *bought, *found)
    return found


def ranked_frame(query: npt.NDArray[np.uint32], lists: Mapping[str, TopLists]) -> pl.DataFrame:
    """RANKED, sorted by (query, type, rank).

    Parameters
    ----------
    query
        The queries' numbers.
    lists
        By objective.
    """
    frames = []
    for objective, (items, scores, counts) in lists.items():
        filled = np.arange(items.shape[1]) < counts[:, None]
        ranks = np.broadcast_to(np.arange(1, items.shape[1] + 1, dtype=np.uint16), items.shape)
        columns = {
            "query": pl.Series(np.repeat(query, counts), dtype=pl.UInt32),
            "item": pl.Series(items[filled], dtype=pl.UInt32),
            "rank": pl.Series(ranks[filled], dtype=pl.UInt16),
            "score": pl.Series(scores[filled], dtype=pl.Float32).fill_nan(None),
        }
        kind = pl.lit(objective).cast(TypeEnum)
        frames.append(pl.DataFrame(columns).select("query", kind.alias("type"), "item", "rank", "score"))
    return pl.concat(frames).sort("query", "type", "rank")


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _fill(
    starts: Ints,
    item: Ints,
    by: Floats,
    scores: Floats,
    popular: Ints,
    bought_starts: Ints,
    bought: Ints,
    items: Ints,
    into: npt.NDArray[np.float32],
    counts: Ints,
) -> None:  # pragma: no cover
    """Fill a row a query."""
    n = items.shape[1]
    for query in range(len(starts) - 1):
        first, end = starts[query], starts[query + 1]
        order = np.argsort(-by[first:end], kind="mergesort")
        count = min(n, len(order))
        for place in range(count):
            items[query, place] = item[first + order[place]]
            into[query, place] = scores[first + order[place]]
        for other in popular:
            if count == n:
                break
            mine = bought[bought_starts[query] : bought_starts[query + 1]]
            at = np.searchsorted(mine, other)
            lacking = at == len(mine) or mine[at] != other
            for place in range(count):
                lacking = lacking and items[query, place] != other
            if lacking:
                items[query, count] = other
                count += 1
        counts[query] = count
