"""ITEMS: what the log says of an item, as it was first said, and from when on it was known."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

ATTRIBUTES = ("category", "brand", "text", "price")


def first_seen(events: pl.LazyFrame, order: Sequence[str] = ("ts", "row")) -> pl.LazyFrame:
    """Each item's attributes at its first event that names them.

    The first and not the last, so that what is known of an item does not change when the log grows.

    Parameters
    ----------
    events
        Typed rows with item, ts, row and the attributes.
    order
        The columns that they happened by.

    Returns
    -------
    pl.LazyFrame
        item, category, brand, text, price, null where no event names the attribute, and `<attribute>_since`: when it
        was first named, null if that was at the item's first event. One row an item.
    """
    first = pl.col("ts").min()
    since = {name: pl.col("ts").filter(pl.col(name).is_not_null()).min() for name in ATTRIBUTES}
    return events.group_by("item").agg(
        *(pl.col(name).sort_by(order).drop_nulls().first() for name in ATTRIBUTES),
        *(pl.when(ts > first).then(ts).alias(f"{name}_since") for name, ts in since.items()),
    )


def late_names(seen: pl.LazyFrame) -> pl.LazyFrame:
    """Of what `first_seen` gives, the items with an attribute that was named later: item, `<attribute>_since`."""
    since = [f"{name}_since" for name in ATTRIBUTES]
    return seen.select("item", *since).filter(pl.any_horizontal(pl.col(s).is_not_null() for s in since)).sort("item")


def known_before(items: pl.LazyFrame, late: pl.LazyFrame, until: datetime) -> pl.LazyFrame:
    """ITEMS without what was first named at `until` or later, though the item had been seen: no look ahead.

    What an item's very first event says stays, even if that comes later: who sees the item sees it too.
    """
    named = items.join(late, on="item", how="left", validate="1:1", maintain_order="left")
    kept = [
        pl.when(pl.col(f"{name}_since").is_null() | (pl.col(f"{name}_since") < until)).then(pl.col(name)).alias(name)
        for name in ATTRIBUTES
    ]
    return named.with_columns(kept).drop(f"{name}_since" for name in ATTRIBUTES)
