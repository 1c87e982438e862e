"""Money that one line or one session holds: a typing error, or a wholesaler, decides what a value model learns."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from data.fixed import as_money, money, money_scale
from data.warned import Warned

CHECK = "money_concentrated"
LEAST_LINES = 100
LINE_SHARE, SESSION_SHARE = 0.2, 1 / 3
"""What one line, and what one session may hold: a real session may hold much of a small shop's money."""
NOBODY = "name its key, or its user's, in `input.format.null_tokens`"
LARGEST = 1e300  # what a product of two numbers is taken for that no float holds


def suspect(events: pl.LazyFrame, items: pl.LazyFrame, sessions: pl.LazyFrame, notes: pl.LazyFrame) -> list[Warned]:
    """Name the order line that holds more than a fifth of all money, or else the session that holds a third.

    Likewise the session that holds a third of the values that the log itself names.

    Parameters
    ----------
    events
        EVENTS; only orders with a price, their own or their item's, count.
    items
        ITEMS.
    sessions
        The dictionary of sessions.
    notes
        NOTES.
    """
    return [*_of_lines(events, items, sessions), *_of_values(notes, sessions)]


def _of_lines(events: pl.LazyFrame, items: pl.LazyFrame, sessions: pl.LazyFrame) -> Iterator[Warned]:
    orders = events.filter(pl.col("type") == "orders").select("session", "item", "ts", "price", "quantity").collect()
    if orders.height < LEAST_LINES:
        return
    lines = _priced(orders, items).with_columns(pl.col("money").fill_null(0.0).clip(0.0, LARGEST))
    count, (sums, total) = int((lines["money"] > 0).sum()), _summed(lines)
    if count < LEAST_LINES:
        return
    largest = lines.filter(pl.col("money") == pl.col("money").max())
    line = largest.sort("session", "ts", "item").row(0, named=True)
    most = _most(sums)
    large = line if line["money"] > LINE_SHARE * total else most
    if large is most and most["money"] <= SESSION_SHARE * total:
        return
    key = _key(sessions, large["session"])
    share = large["money"] / total
    what = (
        f"one order line (item `{_item(items, line['item'])}`, {line['ts']:%Y-%m-%d %H:%M:%S}, session `{key}`)"
        if large is line
        else f"one session (`{key}`, {most['len']:,} order lines)"
    )
    text = (
        f"{what} holds {share:.0%} of the money of {count:,} order lines ({large['money']:,.2f} of {total:,.2f}): "
        f"if it is no sale, {_mend(line) if large is line else NOBODY}, else what sessions are worth is learnt from it."
    )
    yield Warned(CHECK, text, {"share": round(share, 4), "lines": count, "session": key})


def _of_values(notes: pl.LazyFrame, sessions: pl.LazyFrame) -> Iterator[Warned]:
    """The same of what the log says of whole sessions."""
    told = notes.select("session", money="session_value").filter(pl.col("money") > 0).collect()
    if told.height < LEAST_LINES:
        return
    sums, total = _summed(told)
    most = _most(sums)
    if most["money"] <= SESSION_SHARE * total:
        return
    key, share = _key(sessions, most["session"]), most["money"] / total
    text = (
        f"one session (`{key}`) holds {share:.0%} of the `session_value` of {told.height:,} sessions "
        f"({most['money']:,.2f} of {total:,.2f}): if it is none, set `input.quality.max_session_value` below it, else "
        "what sessions are worth is learnt from it."
    )
    yield Warned(CHECK, text, {"share": round(share, 4), "sessions": told.height, "session": key})


def _summed(rows: pl.DataFrame) -> tuple[pl.DataFrame, float]:
    """The `money` of each session with its rows, and that of all: the same in every run."""
    scale = money_scale(rows["money"].max(), rows.height)  # type: ignore[arg-type]
    whole = rows.select("session", fixed=money(pl.col("money"), scale))
    sums = whole.group_by("session").agg(as_money(pl.col("fixed").sum(), scale).alias("money"), pl.len())
    return sums, whole.select(as_money(pl.col("fixed").sum(), scale)).item()


def _most(sums: pl.DataFrame) -> dict[str, int | float]:
    return sums.filter(pl.col("money") == pl.col("money").max()).sort("session").row(0, named=True)


def _mend(line: Mapping[str, Any]) -> str:
    """The limit that sets a line aside and leaves others: of prices, or of quantities where that is what is large."""
    limit = "max_quantity" if (line["quantity"] or 1.0) > line["price"] else "max_price"
    return f"set `input.quality.{limit}` below it"


def _priced(orders: pl.DataFrame, items: pl.LazyFrame) -> pl.DataFrame:
    """Order lines with `money`, null where neither the line nor its item has a price."""
    lines = orders.lazy()
    if orders["price"].null_count():
        listed = items.select("item", listed_price="price")
        lines = lines.join(listed, on="item", how="left", validate="m:1", maintain_order="left").with_columns(
            price=pl.coalesce("price", "listed_price")
        )
    return lines.with_columns(money=pl.col("price") * pl.col("quantity").fill_null(1.0)).collect()


def _key(sessions: pl.LazyFrame, code: object) -> str:
    key: str = sessions.filter(pl.col("code") == code).select(pl.col("key").cast(pl.String)).collect().item()
    return key


def _item(items: pl.LazyFrame, code: int) -> str:
    key: str = items.filter(pl.col("item") == code).select("key").collect().item()
    return key
