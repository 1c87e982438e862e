"""What is left of orders when money goes back: as of a moment, by the refunds that are known before it."""

from datetime import timedelta

import polars as pl

from data.fixed import as_float, fixed


def soon(pause: timedelta) -> pl.Expr:
    """Whether a refund is known before the visit of its order can have closed."""
    return pl.col("ts") < pl.col("order_ts") + pause


def net_orders(events: pl.LazyFrame, items: pl.LazyFrame, back: pl.LazyFrame, keys: tuple[str, ...]) -> pl.LazyFrame:
    """EVENTS or PREFIXES whose orders cost what is left of them: their prices less what went back.

    Parameters
    ----------
    events
        Rows with `keys`, item, ts, type, price and quantity.
    items
        ITEMS, for prices that events and refunds lack.
    back
        REFUNDS as far as they are known, with `keys` for whose order it was.
    keys
        The session, or the query.

    Returns
    -------
    pl.LazyFrame
        The same rows in the same order. Of several lines of one item and moment the first ones pay.
    """
    line = (*keys, "item", "ts")
    lost = refunded(back, items, (*keys, "item", "order_ts")).rename({"order_ts": "ts"}).drop("pieces")
    listed = items.select("item", listed_price="price")
    pieces, order = pl.col("quantity").fill_null(1.0), pl.col("type") == "orders"
    price = pl.coalesce("price", "listed_price").fill_null(0.0)
    rows = (
        events.with_columns(price=pl.col("price").cast(pl.Float64))
        .join(lost, on=line, how="left", validate="m:1", maintain_order="left")
        .join(listed, on="item", how="left", validate="m:1", maintain_order="left")
        .with_columns(__spend=pl.when(order).then(pieces * price).otherwise(0.0))
    )
    before = pl.col("__spend").cum_sum().over(line) - pl.col("__spend")
    pays = (pl.col("amount") - before).clip(0.0, pl.col("__spend"))
    net = (pl.col("__spend") - pays) / pieces
    paid = order & pl.col("amount").is_not_null()
    return rows.with_columns(price=pl.when(paid).then(net).otherwise("price")).drop("amount", "listed_price", "__spend")


def refunded(back: pl.LazyFrame, items: pl.LazyFrame, keys: tuple[str, ...]) -> pl.LazyFrame:
    """The `amount` and `pieces` of REFUNDS by some of their columns; at the item's own price where none is known."""
    listed = items.select("item", listed_price="price")
    amount = pl.coalesce("amount", pl.col("pieces") * pl.col("listed_price").fill_null(0.0))
    rows = back.join(listed, on="item", how="left", validate="m:1")
    return rows.group_by(keys).agg(amount=as_float(fixed(amount).sum()), pieces=as_float(fixed(pl.col("pieces")).sum()))


def net_finals(ends: pl.LazyFrame, lost: pl.LazyFrame) -> pl.LazyFrame:
    """What whole sessions came to, less what went back of it later; never less than nothing.

    Parameters
    ----------
    ends
        Rows of session, final and ordered (see `value.session.targets.finals`).
    lost
        Rows of session, amount and pieces (see `refunded`).
    """
    left = {
        name: (pl.col(name) - pl.col(gone).fill_null(0.0)).clip(lower_bound=0.0)
        for name, gone in (("final", "amount"), ("ordered", "pieces"))
    }
    return ends.join(lost, on="session", how="left", validate="1:1").with_columns(**left).drop("amount", "pieces")
