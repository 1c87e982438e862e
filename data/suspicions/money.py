"""Money that one line or one session holds: a typing error, or a wholesaler, decides what a value model learns."""

import polars as pl

from data.fixed import as_money, money
from data.warned import Warned

CHECK = "money_concentrated"
LEAST_LINES = 100
LINE_SHARE, SESSION_SHARE = 0.2, 1 / 3
"""What one line, and what one session may hold: a real session may hold much of a small shop's money."""


def suspect(events: pl.LazyFrame, items: pl.LazyFrame, sessions: pl.LazyFrame) -> list[Warned]:
    """Name the order line that holds more than a fifth of all money, or else the session that holds a third.

    Parameters
    ----------
    events
        EVENTS; only orders with a price, their own or their item's, count.
    items
        ITEMS.
    sessions
        The dictionary of sessions.
    """
    orders = events.filter(pl.col("type") == "orders").select("session", "item", "ts", "price", "quantity").collect()
    if orders.height < LEAST_LINES:
        return []
    lines = _priced(orders, items).with_columns(pl.col("money").fill_null(0.0).clip(lower_bound=0.0))
    lines = lines.with_columns(fixed=money(pl.col("money")))
    count, total = int((lines["money"] > 0).sum()), lines.select(as_money(pl.col("fixed").sum())).item()
    if count < LEAST_LINES:
        return []
    largest = lines.filter(pl.col("money") == pl.col("money").max())
    line = largest.sort("session", "ts", "item").row(0, named=True)
    sums = lines.group_by("session").agg(as_money(pl.col("fixed").sum()).alias("money"), pl.len())
    most = sums.filter(pl.col("money") == pl.col("money").max()).sort("session").row(0, named=True)
    large = line if line["money"] > LINE_SHARE * total else most
    if large is most and most["money"] <= SESSION_SHARE * total:
        return []
    key = sessions.filter(pl.col("code") == large["session"]).select(pl.col("key").cast(pl.String)).collect().item()
    share = large["money"] / total
    what = (
        f"one order line (item `{_item(items, line['item'])}`, {line['ts']:%Y-%m-%d %H:%M:%S}, session `{key}`)"
        if large is line
        else f"one session (`{key}`, {most['len']:,} order lines)"
    )
    text = (
        f"{what} holds {share:.0%} of the money of {count:,} order lines ({large['money']:,.2f} of {total:,.2f})"
        ": if it is no sale, set `input.quality.max_price` below it, else what sessions are worth is learnt from it."
    )
    return [Warned(CHECK, text, {"share": round(share, 4), "lines": count, "session": key})]


def _priced(orders: pl.DataFrame, items: pl.LazyFrame) -> pl.DataFrame:
    """Order lines with `money`, null where neither the line nor its item has a price."""
    lines = orders.lazy()
    if orders["price"].null_count():
        listed = items.select("item", listed_price="price")
        lines = lines.join(listed, on="item", how="left", validate="m:1", maintain_order="left").with_columns(
            price=pl.coalesce("price", "listed_price")
        )
    return lines.with_columns(money=pl.col("price") * pl.col("quantity").fill_null(1.0)).collect()


def _item(items: pl.LazyFrame, code: int) -> str:
    key: str = items.filter(pl.col("item") == code).select("key").collect().item()
    return key
