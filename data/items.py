"""ITEMS: what the log says of an item, as it was first said, and from when on it was known."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

ATTRIBUTES = ("category", "brand", "text", "price")
MANY = 1_000_000  # rows beyond an item's own that are held before they are looked through


def first_seen(events: pl.LazyFrame, order: Sequence[str] = ("ts", "row")) -> pl.LazyFrame:
    """Each item's attributes at its first event that names them.

    The first and not the last, so that what is known of an item does not change when the log grows.

    Parameters
    ----------
    events
        Typed rows with item, ts, row and the attributes.
    order
        The columns that they happened by, `ts` first.

    Returns
    -------
    pl.LazyFrame
        item, category, brand, text, price, null where no event names the attribute, and `<attribute>_since`: when it
        was first named, null if that was at the item's first event. One row an item.
    """
    seen = FirstSeen()
    seen.add(events.collect(), order)
    return seen.table().lazy()


class FirstSeen:
    """What `first_seen` says of a log's items, gathered part by part, in memory that grows with the items alone."""

    def __init__(self) -> None:
        self.held: dict[str, list[pl.DataFrame]] = {name: [] for name in ("item", *ATTRIBUTES)}
        self.types: dict[str, pl.DataType] = {}

    def add(self, events: pl.DataFrame, order: Sequence[str]) -> None:
        """Take a part's rows."""
        self.types = dict(events.select("item", "ts", *ATTRIBUTES).schema)
        said = [name for name in ATTRIBUTES if events[name].null_count() < events.height]
        if not said and not any(self.held[name] for name in ATTRIBUTES):
            self._hold("item", events.select("item", "ts").group_by("item").agg(pl.col("ts").min()), ["ts"])
            return
        rows = events.select("item", *order, *said).sort(order)
        self._hold("item", _first(rows.select("item", "ts")), ["ts"])
        for name in said:
            told = rows.select("item", *order, name).filter(pl.col(name).is_not_null())
            self._hold(name, _first(told), order)

    def table(self) -> pl.DataFrame:
        """One row an item, by item."""
        begun = self._whole("item", ["ts"]).sort("item")
        for name in ATTRIBUTES:
            if not self.held[name]:
                nothing = pl.lit(None, self.types[name]).alias(name), pl.lit(None, self.types["ts"])
                begun = begun.with_columns(nothing[0], nothing[1].alias(f"{name}_since"))
                continue
            named = self._whole(name, self.held[name][0].columns[1:-1]).select("item", name, since="ts")
            begun = begun.join(named, on="item", how="left", maintain_order="left")
            late = pl.when(pl.col("since") > pl.col("ts")).then("since").alias(f"{name}_since")
            begun = begun.with_columns(late).drop("since")
        return begun.select("item", *ATTRIBUTES, *(f"{name}_since" for name in ATTRIBUTES))

    def _hold(self, name: str, rows: pl.DataFrame, order: Sequence[str]) -> None:
        held = self.held[name]
        held.append(rows)
        if sum(part.height for part in held[1:]) > MANY + held[0].height:
            self._whole(name, order)

    def _whole(self, name: str, order: Sequence[str]) -> pl.DataFrame:
        held = self.held[name]
        held[:] = held[:1] if len(held) == 1 else [_first(pl.concat(held).sort(order))]
        return held[0]


def _first(rows: pl.DataFrame) -> pl.DataFrame:
    """Each item's first row."""
    return rows.unique("item", keep="first", maintain_order=True)


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
