from datetime import timedelta

import polars as pl

from data.schema import Events, Items, Refunds
from tests.oracle.customers import day, ordered, returned
from tests.oracle.frames import at, table
from value.lifetime.purchases import ordered_lines, purchases_of, returned_lines, transactions

GOODS = table(Items, (1, "1", None, None, None, 4.0), (2, "2", None, None, None, 9.0), (3, "3", None, None, None, None))


def late(*since):
    """Since when prices are known, if that is later than the item's first event: (item, minute)."""
    names = {f"{name}_since": pl.Datetime("ms", "UTC") for name in ("category", "brand", "text", "price")}
    return pl.DataFrame([{"item": i, "price_since": at(m)} for i, m in since], schema={"item": pl.UInt32, **names})


def lines(*rows, since=()):
    events = table(Events, *((s, i, at(m), kind, user, price, n, None) for s, i, m, kind, user, price, n in rows))
    return ordered_lines(events.lazy(), GOODS.lazy(), late(*since).lazy(), timedelta(minutes=30)).collect()


def test_orders_of_customers_with_their_money():
    found = lines(
        (1, 1, 0, "clicks", 7, None, None),
        (1, 1, 1, "orders", 7, 2.5, 2.0),
        (1, 2, 40, "orders", 7, None, None),  # a new visit; one piece at the item's own price
        (1, 3, 41, "orders", 7, None, 5.0),  # of which no price is known
        (2, 1, 2, "orders", None, 2.5, 2.0),  # nobody's
    )
    assert found.select("user", "visit", "item", "pieces", "spend").rows() == [
        (7, 0, 1, 2, 5),
        (7, 1, 2, 1, 9),
        (7, 1, 3, 5, 0),
    ]


def test_a_price_that_is_named_later_was_not_known():
    orders = ((1, 2, minute, "orders", 7, None, None) for minute in (4, 5, 6))
    assert lines(*orders, since=[(2, 5)])["spend"].to_list() == [0, 9, 9]


def test_purchases_and_what_is_left_of_them():
    bought = ordered((7, 1, 0, 1, 2.0, 6.0), (7, 1.5, 0, 2, 1.0, 4.0), (7, 2, 1, 1, 1.0, 3.0), (8, 1, 2, 1, 1.0, 0.3))
    back = returned((7, 1, 0, 1, 4, 2.5), (7, 1.5, 0, 2, 5, 4.0), (7, 2, 1, 1, 6, 3.0))
    found = purchases_of(bought.lazy(), back.lazy()).collect()
    assert found.select("user", "session", "lines", "items", "pieces", "gross", "back", "value").rows()[:2] == [
        (7, 0, 2, 2, 3, 10, 6.5, 3.5),
        (7, 1, 1, 1, 1, 3, 3, 0),
    ]
    assert found["ts"].to_list() == [day(1), day(2), day(1)]


def test_refunds_by_the_customer_of_the_order():
    bought = ordered((7, 1, 0, 1, 2.0, 6.0), (8, 1, 1, 1, 1.0, 3.0))
    refunds = table(
        Refunds,
        (0, 0, 1, day(1), day(3), 1.0, 2.0),
        (1, 1, 1, day(1), day(2), 1.0, None),  # at what a piece has cost
        (2, 5, 1, day(1), day(2), 1.0, 2.0),  # of nobody's order
    )
    found = returned_lines(refunds.lazy(), bought.lazy()).collect()
    assert found.select("user", "session", "visit", "ts", "pieces", "amount").rows() == [
        (7, 0, 0, day(3), 1, 2),
        (8, 1, 0, day(2), 1, 3),
    ]


def test_transactions_of_some_customers():
    bought = ordered((7, 2, 1, 1, 1.0, 3.0), (7, 1, 0, 1, 1.0, 6.0), (8, 1, 2, 1, 1.0, 1.0))
    purchases = purchases_of(bought.lazy(), returned((7, 1, 0, 1, 4, 2.0)).lazy()).collect()
    assert transactions(purchases, [7]).rows() == [(7, day(1), 4), (7, day(2), 3)]
    assert transactions(purchases, [7, 8], of="gross")["money"].to_list() == [6, 3, 1]
