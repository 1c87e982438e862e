"""Orders measured beside each other, some queries at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from evaluation.recall import click_places, hits_at, next_click_of, recall_of

QUERIES_AT_ONCE = 100_000
Orders = Mapping[str, pl.LazyFrame]
"""Every order by its name: query, item, rank and, where lists differ by type, type."""


def portions(queries: int) -> Iterator[pl.Expr]:
    """Conditions on `query` that cut so many queries, numbered from 0, into portions; one where there are none."""
    for first in range(0, max(queries, 1), QUERIES_AT_ONCE):
        yield pl.col("query").is_between(first, first + QUERIES_AT_ONCE - 1)


def measure_orders(
    orders: Callable[[pl.Expr], Orders], labels: pl.LazyFrame, queries: int, depths: Sequence[int], cuts: Sequence[int]
) -> dict[str, dict[str, Any]]:
    """recall@K and the measures of the next click of every order, exactly, with a portion's lists held at once.

    Parameters
    ----------
    orders
        Gives the orders of a portion's queries.
    labels
        LABELS.
    queries
        How many, numbered from 0.
    depths, cuts
        The depths of recall, and of the next click.

    Returns
    -------
    dict
        order -> `recall@K` -> type -> fraction or null; `next_click` -> measure -> fraction or null.
    """
    hits: dict[str, dict[int, list[pl.DataFrame]]] = {}
    places: dict[str, list[pl.Series]] = {}
    for portion in portions(queries):
        truth = labels.filter(portion)
        for name, order in orders(portion).items():
            listed = order.collect().lazy()
            at = hits.setdefault(name, {depth: [] for depth in depths})
            for depth in depths:
                at[depth].append(hits_at(listed, truth, depth))
            typed = "type" in listed.collect_schema()
            clicks = listed.filter(pl.col("type") == "clicks") if typed else listed
            places.setdefault(name, []).append(click_places(clicks, truth))
    return {
        name: {f"recall@{depth}": recall_of(pl.concat(found)) for depth, found in at.items()}
        | {"next_click": next_click_of(pl.concat(places[name]), cuts)}
        for name, at in hits.items()
    }
