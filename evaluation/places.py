"""Where every label stood in every order: what all measures of lists can be made from."""

from collections.abc import Mapping

import polars as pl


def places(labels: pl.LazyFrame, orders: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """LABELS with a column an order: the item's place in the query's list.

    Parameters
    ----------
    labels
        LABELS.
    orders
        By name frames of query, item, rank (from 1) and, where lists differ by type, type. Of a repeated item its
        first place counts.

    Returns
    -------
    pl.LazyFrame
        query, type, item, and a column an order (u16, null where the item does not stand in it); sorted by the first
        three.
    """
    placed = labels.select("query", "type", "item")
    for name, order in orders.items():
        keys = ["query", "type", "item"] if "type" in order.collect_schema() else ["query", "item"]
        first = order.group_by(keys).agg(pl.col("rank").min().cast(pl.UInt16).alias(name))
        placed = placed.join(first, on=keys, how="left")
    return placed.sort("query", "type", "item")
