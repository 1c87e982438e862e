import polars as pl

from data.suspicions.money import suspect
from tests.oracle.frames import ITEMS, events

KEYS = pl.DataFrame({"code": range(40), "key": [f"s{n}" for n in range(40)]}).cast({"code": pl.UInt32}).lazy()


def said(prices, sessions=40, kind="orders"):
    rows = events(*((n % sessions, n % 10, n, kind) for n in range(len(prices))))
    log = rows.with_columns(price=pl.Series(prices, dtype=pl.Float64))
    return suspect(log.lazy(), ITEMS.lazy(), KEYS)


def test_even_money_is_not_suspicious():
    assert said([5.0] * 200) == []


def test_one_line():
    (warned,) = said([*[5.0] * 200, 5_000_000.0])
    assert warned.check == "money_concentrated"
    assert warned.said.startswith(
        "one order line (item `1000`, 2024-01-01 03:20:00, session `s0`) holds 100% of the money"
    )
    assert "`input.quality.max_price`" in warned.said


def test_one_session():
    prices = [100.0 if n % 40 == 7 else 1.0 for n in range(200)]
    (warned,) = said(prices)
    assert warned.said.startswith("one session (`s7`, 5 order lines) holds 72% of the money of 200 order lines")


def test_few_lines_and_lines_that_are_no_orders_or_have_no_price_say_nothing():
    assert said([*[5.0] * 90, 5_000_000.0]) == []
    assert said([*[5.0] * 200, 5_000_000.0], kind="carts") == []
    assert said([*[None] * 200, 5_000_000.0]) == []


def test_an_items_own_price_counts():
    priced = ITEMS.with_columns(price=pl.when(pl.col("item") == 3).then(9_000.0).otherwise(1.0)).lazy()
    rows = events(*((n % 40, 3 if n == 77 else 4, n, "orders") for n in range(150)))
    assert suspect(rows.lazy(), priced, KEYS)[0].counts["lines"] == 150
