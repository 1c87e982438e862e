"""Orders less what went back of them, worked by hand."""

from datetime import UTC, datetime

import polars as pl

from data.schema import Refunds, TypeEnum
from value.session.net import net_orders

ITEMS = pl.LazyFrame({"item": [1, 2, 3], "price": [None, 8.0, None]}, schema={"item": pl.UInt32, "price": pl.Float64})


def at(day, hour=0):
    return datetime(2025, 3, day, hour, tzinfo=UTC)


def back_of(*rows):
    names = ["session", "item", "order_ts", "ts", "pieces", "amount"]
    frame = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None).with_row_index("refund")
    return Refunds.validate(frame.with_columns(pl.col("amount").cast(pl.Float64)), cast=True).lazy()


def events_of(*rows):
    names = ["session", "item", "ts", "type", "price", "quantity"]
    frame = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
    stamp = pl.Datetime("ms", "UTC")
    types = {
        "session": pl.UInt32,
        "item": pl.UInt32,
        "ts": stamp,
        "type": TypeEnum,
        "price": pl.Float64,
        "quantity": pl.Float64,
    }
    return frame.cast(types).lazy()


def left(*given):
    """Pieces and price of each row."""
    return [(row["quantity"], row["price"]) for row in net_orders(*given).collect().to_dicts()]


def test_pieces_and_money_that_are_left():
    events = events_of(
        (7, 1, at(1), "clicks", 5.0, None),
        (7, 1, at(1), "orders", 5.0, 4.0),
        (7, 2, at(1), "orders", None, 2.0),
        (7, 3, at(2), "orders", 9.0, None),
    )
    back = back_of((7, 1, at(1), at(3), 1.0, 5.0), (7, 1, at(1), at(4), 1.0, 3.0), (7, 2, at(1), at(3), 1.0, None))
    assert left(events, ITEMS, back, ("session",)) == [(None, 5.0), (2.0, 6.0), (1.0, 8.0), (None, 9.0)]
    assert net_orders(events, ITEMS, back, ("session",)).collect_schema() == events.collect_schema()


def test_what_went_back_whole_has_no_pieces():
    events = events_of((7, 1, at(1), "orders", 0.1, 3.0), (7, 3, at(1), "orders", 9.0, None))
    back = back_of(*((7, 1, at(1), at(day), 1.0, 0.1) for day in (3, 4, 5)), (7, 3, at(1), at(3), 1.0, 9.0))
    assert left(events, ITEMS, back, ("session",)) == [(0.0, 0.1), (0.0, 9.0)]


def test_where_money_stays_pieces_do():
    events = events_of((7, 1, at(1), "orders", 5.0, 2.0))
    assert left(events, ITEMS, back_of((7, 1, at(1), at(3), 2.0, 7.0)), ("session",)) == [(2.0, 1.5)]


def test_the_last_of_several_lines_is_taken_first():
    events = events_of(
        *((7, 1, at(1), "orders", 5.0, 1.0), (7, 1, at(1), "orders", 5.0, 1.0), (7, 1, at(1), "orders", 5.0, 1.0))
    )
    back = back_of((7, 1, at(1), at(3), 1.0, 5.0), (7, 1, at(1), at(4), 1.0, 2.0))
    assert left(events, ITEMS, back, ("session",)) == [(1.0, 5.0), (1.0, 3.0), (0.0, 5.0)]
