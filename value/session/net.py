"""What is left of orders when money goes back: as of a moment, by the refunds that are known before it."""

import polars as pl

from data.fixed import as_float, fixed

NOTHING = 1e-6
"""Pieces and money below it are none: sums are whole numbers of 2^-24."""


def net_orders(events: pl.LazyFrame, items: pl.LazyFrame, back: pl.LazyFrame, keys: tuple[str, ...]) -> pl.LazyFrame:
    """EVENTS or PREFIXES whose orders have the pieces that are left, at what is left of their money.

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
        The same rows in the same order. An order of which nothing is left has 0 pieces at its old price; where all
        pieces went back and money stayed, they stay at that money. Of several lines of one item and moment the last
        ones are taken first, as refunds take them.
    """
    line = (*keys, "item", "ts")
    lost = refunded(back, items, (*keys, "item", "order_ts")).rename({"order_ts": "ts"})
    listed = items.select("item", listed_price="price")
    events = events.with_columns(pl.col("price", "quantity").cast(pl.Float64))
    rows = (
        events.join(lost, on=line, how="left", validate="m:1", maintain_order="left")
        .join(listed, on="item", how="left", validate="m:1", maintain_order="left")
        .with_columns(went=(pl.col("type") == "orders") & pl.col("amount").is_not_null())
    )
    return rows.map_batches(lambda frame: _net(frame, line), schema=events.collect_schema())


def _net(rows: pl.DataFrame, line: tuple[str, ...]) -> pl.DataFrame:
    """Events less the `pieces` and `amount` of their lines; only what `went` is looked at, which is little."""
    numbered = rows.with_row_index("row")
    price = pl.coalesce("price", "listed_price").fill_null(0.0)
    orders = (
        numbered.filter("went")
        .with_columns(ordered=pl.col("quantity").fill_null(1.0))
        .with_columns(spend=pl.col("ordered") * price)
        .with_columns(money=_left("spend", "amount", line), some=_left("ordered", "pieces", line))
    )
    money = pl.when(pl.col("money") > NOTHING).then("money").otherwise(0.0)
    some = pl.when(pl.col("some") > NOTHING).then("some").when(money > 0).then("ordered").otherwise(0.0)
    left = orders.select("row", quantity=some, price=pl.when(some > 0).then(money / some).otherwise("price"))
    return numbered.update(left, on="row").drop("row", "amount", "pieces", "listed_price", "went")


def net_prefixes(
    prefixes: pl.LazyFrame, queries: pl.LazyFrame, items: pl.LazyFrame, back: pl.LazyFrame
) -> pl.LazyFrame:
    """PREFIXES whose orders are less what had gone back strictly before the moment that is asked at.

    Parameters
    ----------
    prefixes, queries, items
        The tables.
    back
        REFUNDS, of the queries' sessions or of all.
    """
    moments = queries.select("query", "session", "cut_ts")
    known = back.join(moments, on="session").filter(pl.col("ts") < pl.col("cut_ts"))
    return net_orders(prefixes, items, known, ("query",))


def _left(held: str, gone: str, line: tuple[str, ...]) -> pl.Expr:
    """What is left of each line's pieces or money."""
    after = pl.col(held).cum_sum(reverse=True).over(line) - pl.col(held)
    return pl.col(held) - (pl.col(gone) - after).clip(0.0, pl.col(held))


def refunded(back: pl.LazyFrame, items: pl.LazyFrame, keys: tuple[str, ...]) -> pl.LazyFrame:
    """The `amount` and `pieces` of REFUNDS by some of their columns; at the item's own price where none is known."""
    listed = items.select("item", listed_price="price")
    amount = pl.coalesce("amount", pl.col("pieces") * pl.col("listed_price").fill_null(0.0))
    rows = back.join(listed, on="item", how="left", validate="m:1")
    return rows.group_by(keys).agg(amount=as_float(fixed(amount).sum()), pieces=as_float(fixed(pl.col("pieces")).sum()))
