"""What customers have bought, from a log's events and refunds: order lines, and purchases as of a moment."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import polars as pl

from data.fixed import as_money, money
from data.visits import with_visits

Money = Literal["value", "gross"]
"""What is left of purchases, or what they came to before anything went back: two columns of PURCHASES."""
PURCHASE = ("user", "session", "visit")
LINE = ("user", "ts", "session", "visit", "item")


def ordered_lines(events: pl.LazyFrame, items: pl.LazyFrame, late: pl.LazyFrame, pause: timedelta) -> pl.LazyFrame:
    """ORDERED but for its order of rows: the order lines of those who have a key.

    Parameters
    ----------
    events
        EVENTS of whole sessions. A missing quantity is one piece.
    items, late
        ITEMS, and since when what they say is known, if that is later than the item's first event (see `data.items`).
        A missing price is the item's own if that is known at the order, else 0.
    pause
        What ends a visit.
    """
    since = late.select("item", since="price_since")
    named = items.select("item", listed="price").join(since, on="item", how="left", validate="1:1")
    lines = with_visits(events, pause).filter(pl.col("type") == "orders", pl.col("user").is_not_null())
    known = pl.when(pl.col("since").is_null() | (pl.col("since") <= pl.col("ts"))).then("listed")
    pieces = pl.col("quantity").fill_null(1.0)
    return lines.join(named, on="item", how="left", validate="m:1").select(
        *LINE, pieces=pieces, spend=pieces * pl.coalesce("price", known, 0.0)
    )


def returned_lines(refunds: pl.LazyFrame, ordered: pl.LazyFrame) -> pl.LazyFrame:
    """RETURNED: refunds by the customers whose orders they took back.

    Parameters
    ----------
    refunds
        REFUNDS. Without an amount, the mean price of its order's pieces counts, and not more than they cost.
    ordered
        ORDERED. A refund of nobody's order has no row.
    """
    line = ("session", "item", "order_ts")
    cost = {name: as_money(money(pl.col(name)).sum()) for name in ("pieces", "spend")}
    orders = (
        ordered.rename({"ts": "order_ts"})
        .group_by(line)
        .agg(pl.col("user", "visit").first(), **cost)
        .with_columns(price=pl.col("spend") / pl.col("pieces"))
        .select(*line, "user", "visit", "price")
    )
    priced = pl.coalesce("amount", pl.col("pieces") * pl.col("price").fill_nan(0.0))
    keys = ("user", "order_ts", "session", "visit", "item", "ts")
    return (
        refunds.join(orders, on=line, validate="m:1")
        .with_columns(amount=priced)
        .select(*keys, "pieces", "amount")
        .sort(*keys, "pieces", "amount")
    )


def purchases_of(ordered: pl.LazyFrame, returned: pl.LazyFrame) -> pl.LazyFrame:
    """PURCHASES, as far as the order lines and refunds go that are given: those before a moment, to know no later one.

    Parameters
    ----------
    ordered, returned
        ORDERED and RETURNED, in any order.
    """
    sums = {name: as_money(money(pl.col(column)).sum()) for name, column in (("pieces", "pieces"), ("gross", "spend"))}
    bought = ordered.group_by(PURCHASE).agg(
        ts=pl.col("ts").min(),
        lines=pl.len().cast(pl.UInt32),
        items=pl.col("item").n_unique().cast(pl.UInt32),
        **sums,
    )
    back = returned.group_by(PURCHASE).agg(back=as_money(money(pl.col("amount")).sum()))
    return (
        bought.join(back, on=PURCHASE, how="left", validate="1:1")
        .with_columns(pl.col("back").fill_null(0.0))
        .with_columns(value=(pl.col("gross") - pl.col("back")).clip(lower_bound=0.0))
        .sort("user", "ts", "session", "visit")
    )


def transactions(purchases: pl.DataFrame, users: Sequence[int] | pl.Series, of: Money = "value") -> pl.DataFrame:
    """Who bought when for how much: what models of buying by the calendar are fitted to.

    Parameters
    ----------
    purchases
        PURCHASES as of a moment.
    users
        Whose; those without a purchase have no row.
    of
        The money that counts.

    Returns
    -------
    pl.DataFrame
        user u32, ts, money f64; sorted by user and time.
    """
    wanted = pl.Series(users, dtype=pl.UInt32).implode()
    return purchases.filter(pl.col("user").is_in(wanted)).select("user", "ts", money=of).sort("user", "ts", "money")
