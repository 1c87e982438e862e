"""Orders less what went back of them, worked by hand."""

from datetime import UTC, datetime, timedelta

import polars as pl

from data.schema import Refunds, TypeEnum
from value.session.net import net_finals, net_orders, refunded, soon

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


def test_a_price_is_what_is_left_a_piece():
    events = events_of(
        (7, 1, at(1), "clicks", 5.0, None),
        (7, 1, at(1), "orders", 5.0, 4.0),
        (7, 2, at(1), "orders", None, 2.0),
        (7, 3, at(2), "orders", 9.0, 1.0),
    )
    back = back_of((7, 1, at(1), at(3), 1.0, 5.0), (7, 1, at(1), at(4), 1.0, 5.0), (7, 2, at(1), at(3), 1.0, None))
    net = net_orders(events, ITEMS, back, ("session",)).collect()
    assert net["price"].to_list() == [5.0, 2.5, 4.0, 9.0]
    assert net.columns == events.collect_schema().names()


def test_the_first_of_two_equal_lines_pays_first():
    events = events_of((7, 1, at(1), "orders", 5.0, 1.0), (7, 1, at(1), "orders", 5.0, 1.0))
    net = net_orders(events, ITEMS, back_of((7, 1, at(1), at(3), 1.0, 6.0)), ("session",)).collect()
    assert net["price"].to_list() == [0.0, 4.0]


def test_a_session_comes_to_what_is_left_and_to_nothing_at_least():
    ends = pl.LazyFrame({"session": [7, 8, 9], "final": [20.0, 5.0, 3.0], "ordered": [4.0, 1.0, 1.0]})
    ends = ends.cast({"session": pl.UInt32})
    back = back_of((7, 1, at(1), at(3), 1.0, 5.0), (7, 2, at(1), at(4), 1.0, None), (8, 1, at(1), at(3), 2.0, 9.0))
    net = net_finals(ends, refunded(back, ITEMS, ("session",))).sort("session").collect()
    assert net["final"].to_list() == [7.0, 0.0, 3.0]
    assert net["ordered"].to_list() == [2.0, 0.0, 1.0]


def test_what_comes_back_at_once_is_known_when_the_visit_closes():
    back = back_of((7, 1, at(1, 1), at(1, 2), 1.0, 5.0), (7, 1, at(1, 1), at(1, 3), 1.0, 5.0))
    known = back.filter(soon(timedelta(hours=2))).collect()
    assert known["ts"].to_list() == [at(1, 2)]
