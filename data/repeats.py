"""Events that were recorded twice: told by the number of the order, and looked for where the log names none."""

from datetime import timedelta

import polars as pl

from data.shapes.marks import EVENT_ID
from data.warned import Warned

RULE = "repeated event_id"
SAME = (EVENT_ID, "item", "type", "back")
SOON = timedelta(minutes=10)
LEAST_SHARE, LEAST_COUNT = 0.01, 20
SHARE_AT_ONCE = 0.2  # of one moment: a receipt may list two pieces as two lines


def repeated_rows(typed: pl.LazyFrame, parts: int) -> pl.Series:
    """The rows that repeat an earlier one's id, item and type, or at its moment also its quantity and price.

    So an order may have two lines of one item, and money that goes back repeats no order. Of rows that say the same the
    first counts; where they differ in what matters here, the order of a log's files decides nothing.

    Parameters
    ----------
    typed
        Typed rows with `row` and `EVENT_ID`; rows without an id repeat nothing.
    parts
        So many parts are looked at one after another, for less memory.

    Returns
    -------
    pl.Series
        `row`, ascending.
    """
    known = typed.filter(pl.col(EVENT_ID).is_not_null())
    back = pl.any_horizontal(pl.col("quantity") < 0, pl.col("price") < 0).fill_null(False)
    rows = known.select("row", EVENT_ID, "item", "type", "ts", "session", "user", "price", "quantity", back=back)
    found = [_repeated(rows.filter(pl.col(EVENT_ID).hash() % parts == part)) for part in range(parts)]
    return pl.concat(found).sort()


def _repeated(rows: pl.LazyFrame) -> pl.Series:
    twice = rows.filter(pl.len().over(SAME) > 1).sort("ts", "session", "user", "row", nulls_last=True)
    later = pl.col("ts") > pl.col("ts").min().over(SAME)
    again = pl.int_range(pl.len()).over(*SAME, "ts", "quantity", "price") > 0
    return twice.filter(later | again).select("row").collect().to_series()


def repeated_orders(events: pl.LazyFrame) -> list[Warned]:
    """What to say where many order lines come twice within minutes, in a log whose orders bear no number.

    Parameters
    ----------
    events
        EVENTS.
    """
    orders = events.filter(pl.col("type") == "orders")
    who = (pl.col("user"), pl.when(pl.col("user").is_null()).then("session").alias("session"))
    lines = orders.select(*who, "item", "quantity", "price", "ts")
    alike = lines.select(
        bought=pl.struct(pl.exclude("ts")).hash(), ts="ts"
    )  # sorting all columns takes four times as long
    several = alike.filter(pl.len().over("bought") > 1).sort("bought", "ts")
    same = pl.col("bought") == pl.col("bought").shift()
    pause = pl.col("ts").diff()
    again = (same & pause.is_between(timedelta(0), SOON, closed="right")).fill_null(False)
    at_once = (same & (pause == timedelta(0))).fill_null(False)
    repeats, equal = several.select(again.sum().alias("again"), at_once.sum().alias("at_once")).collect().row(0)
    count = orders.select(pl.len()).collect().item()
    if repeats < LEAST_COUNT or repeats < LEAST_SHARE * count:
        return _said_at_once(equal, count)
    said = (
        f"{repeats:,} of {count:,} order lines ({repeats / count:.1%}) repeat an item, quantity and price that the "
        "same visitor ordered less than 10 minutes before: if orders were recorded twice, name the column of their "
        "numbers as `input.format.columns.event_id`"
    )
    return [Warned("repeated_orders", said, {"order_lines": count, "repeated": repeats})]


def _said_at_once(repeats: int, count: int) -> list[Warned]:
    if repeats < LEAST_COUNT or repeats < SHARE_AT_ONCE * count:
        return []
    said = (
        f"{repeats:,} of {count:,} order lines ({repeats / count:.1%}) equal another of the same visitor and moment: "
        "if orders were recorded twice, set `input.quality.duplicates: drop`, or name the column of their numbers as "
        "`input.format.columns.event_id`"
    )
    return [Warned("repeated_orders", said, {"order_lines": count, "repeated": repeats})]
