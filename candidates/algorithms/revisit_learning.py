"""How the session's own items are to be weighed, found on the valid fold's `tune` part."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from data.fixed import ONE, type_weight
from data.schema import TYPES
from evaluation.recall import TOTAL_WEIGHTS

DECAYS = (1.0, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
TYPE_WEIGHTS = (1.0, 0.5, 2.0, 0.3, 3.0, 0.1, 5.0, 10.0, 30.0)
"""Of carts and orders, relative to clicks. No 0: an item that comes last is still proposed."""
WAITING = (1.0, 2.0, 5.0, 10.0, 30.0, 100.0, 1000.0)
LEAST_GAIN = 0.01
"""Of the objective; what gains less on some thousands of queries is as often worse on others."""
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Weights(NamedTuple):
    """What is learnt: the fields of `Revisit` by name."""

    decay: float
    type_weights: dict[str, float]
    waiting: float


class Own(NamedTuple):
    """The queries with a label among their own items: an entry an event or a (query, item).

    The latter are sorted by query and item.
    """

    pair: Ints
    """Of an event: its (query, item)."""
    type: Ints
    """Of an event: its place in `TYPES`."""
    since: Ints
    """Of an event: how many came later."""
    waiting: npt.NDArray[np.bool_]
    """Of a (query, item): whether carted and not ordered afterwards."""
    query: Ints
    """Of a (query, item)."""
    first: Ints
    """Of a (query, item): where its query's begin."""
    gain: Floats
    """Of a (query, item): what it adds in the first place."""


def is_waiting() -> pl.Expr:
    """Whether an item of a query was carted and not ordered afterwards, from its rows in PREFIXES."""
    carted, ordered = (pl.col("position").filter(pl.col("type") == name).max() for name in ("carts", "orders"))
    return carted.is_not_null() & (ordered.is_null() | (carted > ordered))


def learn_weights(prefixes: pl.LazyFrame, labels: pl.LazyFrame, present: Weights) -> Weights:
    """Weights by coordinate ascent on the labels' mean reciprocal rank among the session's own items.

    A label's reciprocal rank is 0 where the session has not met the item. The mean is taken a type, and the types'
    means are summed with their weights in the total recall. A weight moves to the best value of its grid, the first
    of equals, if the objective gains more than `LEAST_GAIN` of itself.

    Parameters
    ----------
    prefixes
        PREFIXES of the tuning queries.
    labels
        LABELS of the same queries.
    present
        Where the ascent starts; the weight of clicks stays, since only ratios matter.

    Returns
    -------
    Weights
        The present ones where no label is among the session's own items.
    """
    own = own_items(prefixes, labels)
    best, reached = present, mean_reciprocal_rank(own, present)
    before = None
    while best != before:
        before = best
        # `waiting` first: it says most of orders, which weigh most, and others would move to stand in for it
        for coordinate in ("waiting", "decay", "carts", "orders"):
            trials = _trials(best, coordinate)
            found = [mean_reciprocal_rank(own, trial) for trial in trials]
            if max(found) > reached * (1 + LEAST_GAIN):
                reached = max(found)
                best = trials[found.index(reached)]
    return best


def own_items(prefixes: pl.LazyFrame, labels: pl.LazyFrame) -> Own:
    """What the objective needs to know of PREFIXES and LABELS."""
    worth = type_weight(TOTAL_WEIGHTS) / pl.len().over("type")
    hits = labels.with_columns(gain=worth).group_by("query", "item").agg(pl.col("gain").sort().sum())
    visited = (
        prefixes.group_by("query", "item")
        .agg(waiting=is_waiting())
        .join(hits, on=["query", "item"], how="left", validate="1:1")
        .filter(pl.col("gain").count().over("query") > 0)
        .sort("query", "item")
        .with_row_index("pair")
        .collect()
    )
    since = pl.col("position").max().over("query") - pl.col("position")
    events = (
        prefixes.select("query", "item", since=since, type=pl.col("type").to_physical())
        .join(visited.lazy().select("query", "item", "pair"), on=["query", "item"], validate="m:1")
        .collect()
    )
    pair, kind, events_since = (events[name].to_numpy().astype(np.int64) for name in ("pair", "type", "since"))
    query = visited["query"].to_numpy().astype(np.int64)
    return Own(
        pair=pair,
        type=kind,
        since=events_since,
        waiting=visited["waiting"].to_numpy(),
        query=query,
        first=np.searchsorted(query, query),
        gain=visited["gain"].fill_null(0.0).to_numpy(),
    )


def mean_reciprocal_rank(own: Own, weights: Weights) -> float:
    """The objective: over (query, item) pairs, gain / rank, in the order that `Revisit.recall` gives."""
    scores = _scores(own, weights)
    order = np.lexsort((-scores, own.query))  # stable, so that ties go by item
    rank = np.arange(len(order)) - own.first + 1
    total = float((own.gain[order] / rank)[scores[order] > 0].sum())
    return round(total, 12)  # equal sums are equal, whatever the order of their terms


def _scores(own: Own, weights: Weights) -> Floats:
    """Of every (query, item), as `candidates.source.prefix_weights` counts."""
    by_type = np.array([weights.type_weights.get(name, 0.0) for name in TYPES])[own.type]
    powers = weights.decay ** np.arange(own.since.max(initial=0) + 1)
    whole = np.maximum(1.0, np.rint(by_type * powers[own.since] * ONE))
    totals = np.bincount(own.pair, np.where(by_type > 0, whole, 0.0), minlength=len(own.query))
    scores: Floats = totals / ONE * np.where(own.waiting, weights.waiting, 1.0)
    return scores


def _trials(weights: Weights, coordinate: str) -> list[Weights]:
    """The weights with another value of one of them."""
    if coordinate == "decay":
        return [weights._replace(decay=value) for value in DECAYS]
    if coordinate == "waiting":
        return [weights._replace(waiting=value) for value in WAITING]
    clicks = weights.type_weights.get("clicks", 0.0) or 1.0
    values = [clicks * value for value in TYPE_WEIGHTS]
    return [weights._replace(type_weights=weights.type_weights | {coordinate: value}) for value in values]
