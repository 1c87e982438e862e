"""The running session's items as the pair kernels read them: the latest first, with weights."""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt
import polars as pl

from data.fixed import ONE, as_float, fixed, type_weight
from data.schema import TYPES, TypeEnum
from data.visible import Visible

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
    weight, typed = _weights()
    return (
        prefixes.with_columns(since=since)
        .filter(pl.col("since") < REACH)
        .group_by("query", "item")
        .agg(
            since=pl.col("since").min(),
            weight=as_float(weight.sum()),
            typed=as_float(typed.sum()),
        )
        .sort("query", "since")
    )


def _weights() -> tuple[pl.Expr, pl.Expr]:
    """What an event counts by `since`, and the same times its type's weight, fixed-point."""
    decayed = pl.lit(DECAY).pow(pl.col("since"))
    return fixed(decayed), fixed(decayed * type_weight(TYPE_WEIGHTS))


class Latest(NamedTuple):
    """The distinct items of each session's last `REACH` events, one query after the other, the latest item first.

    Parameters
    ----------
    starts
        Where each query's items start, and the end.
    item
        The items.
    weight, typed
        See `visited_items`.
    """

    starts: npt.NDArray[np.int64]
    item: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float64]
    typed: npt.NDArray[np.float64]


def latest_items(visible: Visible) -> Latest:
    """What `visited_items` gives, as arrays."""
    starts, item, weight, typed = _latest(visible.starts, visible.item, visible.type, *_weight_tables())
    return Latest(starts, item[: starts[-1]], weight[: starts[-1]], typed[: starts[-1]])


@cache
def _weight_tables() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The weights by `since`, and by (since, type), as Polars makes them: their bits are those of its expressions."""
    since = pl.DataFrame({"since": range(REACH)}, schema={"since": pl.Int32})
    both = since.join(pl.DataFrame({"type": TYPES}, schema={"type": TypeEnum}), how="cross")
    weight, typed = (both.select(w).to_series().to_numpy().reshape(REACH, len(TYPES)) for w in _weights())
    return weight[:, 0].copy(), typed.copy()


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _latest(
    starts: npt.NDArray[np.int64],
    item: npt.NDArray[np.int64],
    kind: npt.NDArray[np.uint8],
    weights: npt.NDArray[np.int64],
    typed_weights: npt.NDArray[np.int64],
) -> tuple[
    npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]
]:  # pragma: no cover
    queries = len(starts) - 1
    firsts, found = np.zeros(queries + 1, np.int64), np.empty(queries * len(weights), np.int64)
    weight, typed = np.empty(len(found)), np.empty(len(found))
    filled = 0
    for query in range(queries):
        first = filled
        for since in range(min(len(weights), starts[query + 1] - starts[query])):
            place = starts[query + 1] - 1 - since
            at = first
            while at < filled and found[at] != item[place]:
                at += 1
            if at == filled:
                found[at], weight[at], typed[at] = item[place], 0.0, 0.0
                filled += 1
            # whole numbers of 2^-24, so that these sums are sharp
            weight[at] += weights[since] / ONE
            typed[at] += typed_weights[since, kind[place]] / ONE
        firsts[query + 1] = filled
    return firsts, found, weight, typed


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
