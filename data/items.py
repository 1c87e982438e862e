"""ITEMS: what the log says of an item, as it was first seen."""

import polars as pl

ATTRIBUTES = ("category", "brand", "text", "price")


def first_seen(events: pl.LazyFrame) -> pl.LazyFrame:
    """Each item's attributes at its first event that names them.

    The first and not the last, so that what is known of an item does not change when the log grows.

    Parameters
    ----------
    events
        Typed rows with item, ts, row and the attributes.

    Returns
    -------
    pl.LazyFrame
        item, category, brand, text, price; one row an item, null where no event names the attribute.
    """
    return events.group_by("item").agg(pl.col(name).sort_by("ts", "row").drop_nulls().first() for name in ATTRIBUTES)
