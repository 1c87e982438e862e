"""What is looked at and bought most: items, categories, brands."""

import polars as pl

from data.fixed import as_money, money
from data.schema import TYPES
from data.shortened import sample

MOST = 20
QUOTED = 80  # characters of a name
GOODS = ("item", "category", "brand")


def top_goods(
    events: pl.LazyFrame, items: pl.LazyFrame, categories: pl.LazyFrame, scale: float
) -> dict[str, pl.DataFrame]:
    """The most frequent items, categories and brands.

    Parameters
    ----------
    events
        EVENTS with `value`.
    items
        ITEMS; an event without a category has its item's, and its item's brand.
    categories
        The categories' keys: code, key.
    scale
        Of fixed-point money.

    Returns
    -------
    dict
        By `GOODS` a frame of name (the shop's own, shortened), events, share (of all events), clicks, carts, orders,
        value; of an item its text too; of the others how many items. At most `MOST` rows, ties by code or name; empty
        where the log names none.
    """
    about = items.select("item", "brand", own="category")
    named = events.join(about, on="item", how="left", validate="m:1", maintain_order="left")
    named = named.with_columns(category=pl.coalesce("category", "own"))
    found = {name: _top(named, name, scale) for name in GOODS}
    keys = items.select("item", "key", "text").collect()
    found["item"] = _named(
        found["item"].join(keys, on="item", how="left", validate="1:1", maintain_order="left"), "text"
    )
    codes = categories.select(category="code", key=pl.col("key").cast(pl.String)).collect()
    found["category"] = _named(
        found["category"].join(codes, on="category", how="left", validate="1:1", maintain_order="left"), "items"
    )
    found["brand"] = _named(found["brand"].rename({"brand": "key"}), "items")
    return found


def _top(named: pl.LazyFrame, name: str, scale: float) -> pl.DataFrame:
    counted = (
        named.group_by(name)
        .agg(
            events=pl.len(),
            items=pl.col("item").n_unique(),
            **{kind: (pl.col("type") == kind).sum() for kind in TYPES},
            value=as_money(money(pl.col("value"), scale).sum(), scale),
        )
        .with_columns(share=pl.col("events") / pl.col("events").sum())
        .filter(pl.col(name).is_not_null())
    )
    return counted.sort("events", name, descending=[True, False]).head(MOST).collect()


def _named(rows: pl.DataFrame, besides: str) -> pl.DataFrame:
    names = pl.Series("name", [sample(key, QUOTED) for key in rows["key"]], pl.String)
    shown = rows.with_columns(names)
    if besides == "text":
        texts = [None if text is None else sample(text, QUOTED) for text in rows["text"]]
        shown = shown.with_columns(pl.Series("text", texts, pl.String))
    return shown.select("name", besides, "events", "share", *TYPES, "value")
