"""Which order line a refund takes back, worked by hand."""

from datetime import datetime

import polars as pl

from data.refunds import match_refunds
from data.refunds_told import told_refunds, warn_of_refunds

DAY = {n: datetime(2025, 3, n) for n in range(1, 20)}


def rows(*given, ids=False):
    """(row, day, session, user, item, price, quantity[, event_id])."""
    names = ["row", "ts", "session", "user", "item", "price", "quantity", *(["event_id"] if ids else [])]
    frame = pl.DataFrame(given, schema=names, orient="row", infer_schema_length=None)
    return frame.with_columns(
        pl.col("ts").replace_strict(DAY, return_dtype=pl.Datetime("ms")),
        *(pl.col(name).cast(pl.String) for name in ("session", "user", "item")),
        *(pl.col(name).cast(pl.Float64) for name in ("price", "quantity")),
    )


def taken(refunds, orders):
    matched, lost = match_refunds(refunds, orders)
    found = [(s, i, o.day, t.day, p, a) for s, i, o, t, p, a in matched.iter_rows()]
    return found, lost["row"].to_list()


def test_the_latest_earlier_line_of_the_session_comes_first():
    orders = rows((1, 1, "a", "u", "x", 5, 1), (2, 2, "a", "u", "x", 6, 1), (3, 4, "a", "u", "x", 7, 1))
    found, lost = taken(rows((9, 3, "a", "u", "x", None, 1)), orders)
    assert found == [("a", "x", 2, 3, 1.0, 6.0)]
    assert lost == []


def test_a_refund_of_another_session_finds_the_users_order():
    orders = rows((1, 1, "a", "u", "x", 5, 2), (2, 1, "b", "w", "x", 6, 1))
    assert taken(rows((9, 3, "c", "u", "x", 5, 1)), orders)[0] == [("a", "x", 1, 3, 1.0, 5.0)]


def test_the_orders_number_wins_over_what_is_later():
    orders = rows((1, 1, "a", "u", "x", 5, 1, "n1"), (2, 2, "a", "u", "x", 6, 1, "n2"), ids=True)
    assert taken(rows((9, 3, "a", "u", "x", None, None, "n1"), ids=True), orders)[0] == [("a", "x", 1, 3, 1.0, 5.0)]


def test_no_more_goes_back_than_was_ordered():
    orders = rows((1, 1, "a", "u", "x", 5, 2), (2, 2, "a", "u", "x", 6, 1))
    found, lost = taken(rows((8, 3, "a", "u", "x", None, 2), (9, 4, "a", "u", "x", None, 7)), orders)
    assert found == [("a", "x", 1, 3, 1.0, 5.0), ("a", "x", 1, 4, 1.0, 5.0), ("a", "x", 2, 3, 1.0, 6.0)]
    assert lost == []
    assert taken(rows((9, 3, "a", "u", "x", 100, 1)), orders)[0] == [("a", "x", 2, 3, 1.0, 6.0)]  # not more money


def test_a_part_of_the_price_goes_back_and_kilos_too():
    orders = rows((1, 1, "a", "u", "x", 10, 1), (2, 1, "a", "u", "y", 4, 0.35))
    found, _ = taken(rows((8, 2, "a", "u", "x", 3, 1), (9, 2, "a", "u", "y", 4, 0.1)), orders)
    assert [(item, pieces, round(amount, 9)) for _, item, _, _, pieces, amount in found] == [
        ("x", 1.0, 3.0),
        ("y", 0.1, 0.4),
    ]


def test_without_numbers_the_whole_line_goes_back_and_without_prices_nobody_knows():
    orders = rows((1, 1, "a", "u", "x", 5, 3), (2, 1, "a", "u", "y", None, None))
    found, _ = taken(rows((8, 2, "a", "u", "x", None, None), (9, 2, "a", "u", "y", None, None)), orders)
    assert found == [("a", "x", 1, 2, 3.0, 15.0), ("a", "y", 1, 2, 1.0, None)]


def test_what_matches_nothing_is_told():
    orders = rows((1, 5, "a", "u", "x", 5, 1))
    refunds = rows((7, 3, "a", "u", "x", 5, 1), (8, 6, "a", "u", "z", 5, 1), (9, 6, "q", None, "x", 5, 1))
    matched, lost = match_refunds(refunds, orders)
    assert matched.is_empty()
    assert lost["row"].to_list() == [7, 8, 9]  # before its order, of no ordered item, of nobody
    [warned] = warn_of_refunds(refunds, lost)
    assert warned.said.startswith("3 of 3 refunds match no earlier order")
    assert told_refunds(matched, lost, 5.0) == {"lines": 0, "unmatched": 3, "revenue": 5.0, "refunded": 0.0}
