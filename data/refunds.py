"""Money that goes back: which order line a refund takes back, how many pieces of it and how much."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from data.shapes.marks import EVENT_ID

RULE = "refund, set against its order"
"""The reason under which a log's refunds are counted: they are no events."""
MATCHED = {"session": None, "item": None, "order_ts": None, "ts": None, "pieces": pl.Float64, "amount": pl.Float64}
BY = ((EVENT_ID, "item"), ("session", "item"), ("user", "item"))
"""What a refund and its order have in common: the first of these that finds a line with pieces left."""
LEAST = 1e-9  # pieces: what is left of a line after kilos were taken off it
Key = tuple[Any, ...]


@dataclass
class Line:
    """An order line, and what no refund has taken yet; `money` is null where the log names no price."""

    at: tuple[Any, int]
    session: Any
    item: Any
    pieces: float
    price: float | None
    money: float | None


def match_refunds(refunds: pl.DataFrame, orders: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Match refunds to the order lines that they take back.

    A refund takes the latest earlier line of its order's number and item, else of its session and item, else of its
    user and item, that has pieces left; then the one before that. It never takes more than there is: not more pieces
    than were ordered, nor more money than they cost.

    Parameters
    ----------
    refunds
        Rows with session, user, item, ts, row, price and quantity (0 or more, null where the log says none), and
        `EVENT_ID` if the log has one. Without both numbers all that is left of a line goes back; without a price at the
        order's own; without a quantity one piece.
    orders
        The orders, likewise; a missing quantity is one piece.

    Returns
    -------
    tuple
        Rows of session, item, order_ts, ts, pieces and amount (null where no price is known), by session, order and
        time; and the refunds that match no order.
    """
    lines = _lines(orders)
    matched: list[tuple[Any, ...]] = []
    lost: list[int] = []
    for refund in refunds.sort("ts", "row").iter_rows(named=True):
        found = list(_taken(refund, lines))
        matched += found
        lost += [] if found else [refund["row"]]
    keys = {"session": orders.schema["session"], "item": orders.schema["item"]}
    schema = MATCHED | keys | dict.fromkeys(("order_ts", "ts"), orders.schema["ts"])
    rows = pl.DataFrame(matched, schema=schema, orient="row").sort("session", "order_ts", "item", "ts")
    return rows, refunds.filter(pl.col("row").is_in(lost))


def within_reach(orders: pl.LazyFrame, refunds: pl.DataFrame) -> pl.LazyFrame:
    """The orders that some refund may know by one of `BY`, in any order; both have `row`."""
    types = orders.collect_schema()
    found = []
    for names in BY:
        if all(name in types and name in refunds.columns for name in names):
            asked = refunds.lazy().select(pl.col(name).cast(types[name], strict=False) for name in names)
            found.append(orders.join(asked.unique(), on=names, how="semi"))
    return pl.concat(found).unique("row")


def _lines(orders: pl.DataFrame) -> dict[Key, list[Line]]:
    """The lines by all that a refund may know them by, each list in the order of time."""
    found: dict[Key, list[Line]] = defaultdict(list)
    for row in orders.sort("ts", "row").iter_rows(named=True):
        pieces = 1.0 if row["quantity"] is None else row["quantity"]
        money = None if row["price"] is None else pieces * row["price"]
        line = Line((row["ts"], row["row"]), row["session"], row["item"], pieces, row["price"], money)
        for key in _keys(row):
            found[key].append(line)
    return found


def _keys(row: dict[str, Any]) -> Iterator[Key]:
    for names in BY:
        values = [row.get(name) for name in names]
        if None not in values:
            yield (names[0], *values)


def _taken(refund: dict[str, Any], lines: dict[Key, list[Line]]) -> Iterator[tuple[Any, ...]]:
    """What one refund takes, line by line."""
    price, wanted = refund["price"], refund["quantity"]
    whole = price is None and wanted is None
    wanted = 1.0 if wanted is None else wanted
    for key in _keys(refund):
        mine = lines.get(key, [])
        place = bisect_right(mine, (refund["ts"], refund["row"]), key=lambda line: line.at)
        while place and wanted > LEAST:
            place -= 1
            line = mine[place]
            if line.pieces <= LEAST:
                del mine[place]  # by another key, or an earlier refund: never looked at again
                continue
            pieces = line.pieces if whole else min(wanted, line.pieces)
            amount = _amount(line, pieces, price)
            line.pieces -= pieces
            line.money = None if line.money is None or amount is None else line.money - amount
            wanted = 0.0 if whole else wanted - pieces
            yield line.session, line.item, line.at[0], refund["ts"], pieces, amount


def _amount(line: Line, pieces: float, price: float | None) -> float | None:
    """The money for some pieces of a line: the refund's, but not more than is left of what they cost."""
    if line.price is None:
        return None if price is None else pieces * price
    asked = pieces * (line.price if price is None else price)
    return min(asked, line.money if line.money is not None else asked)
