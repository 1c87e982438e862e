import polars as pl
import pytest

from data.fixed import money_scale
from data.suspicions.money import suspect
from tests.oracle.frames import ITEMS, events

KEYS = pl.DataFrame({"code": range(40), "key": [f"s{n}" for n in range(40)]}).cast({"code": pl.UInt32}).lazy()


NONE = pl.LazyFrame(schema={"session": pl.UInt32, "session_value": pl.Float64})


def said(prices, sessions=40, kind="orders", notes=NONE):
    rows = events(*((n % sessions, n % 10, n, kind) for n in range(len(prices))))
    log = rows.with_columns(price=pl.Series(prices, dtype=pl.Float64))
    return suspect(log.lazy(), ITEMS.lazy(), KEYS, notes)


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
    assert suspect(rows.lazy(), priced, KEYS, NONE)[0].counts["lines"] == 150


@pytest.mark.parametrize("huge", [1e18, 1e300, 1.7e308])
def test_amounts_beyond_all_whole_numbers(huge):
    (warned,) = said([*[5.0] * 200, huge])
    assert warned.counts["share"] == 1.0


@pytest.mark.parametrize(("largest", "count"), [(0.0, 1), (5.0, 200), (1e13, 10), (1e13, 10**6), (1e300, 10**9)])
def test_so_many_amounts_have_room(largest, count):
    scale = money_scale(largest, count)
    assert scale <= 2**14
    assert largest * scale * count < 2**62
    assert scale == 2**14 or largest * scale * count >= 2**58


def values(*told):
    keys = pl.DataFrame({"code": range(len(told)), "key": [f"s{n}" for n in range(len(told))]})
    notes = pl.DataFrame({"session": range(len(told)), "session_value": told}, schema_overrides={"session": pl.UInt32})
    return suspect(events().lazy(), ITEMS.lazy(), keys.cast({"code": pl.UInt32}).lazy(), notes.lazy())


def test_values_that_the_log_names():
    assert values(*[5.0] * 200) == []
    assert values(*[5.0] * 98, 0.0, None, 9_000.0) == []  # of fewer than 100 sessions nothing is said
    (warned,) = values(*[5.0] * 150, 1_000.0, None)
    assert warned.check == "money_concentrated"
    assert warned.said == (
        "one session (`s150`) holds 57% of the `session_value` of 151 sessions (1,000.00 of 1,750.00): if it is none, "
        "set `input.quality.max_session_value` below it, else what sessions are worth is learnt from it."
    )
    assert warned.counts == {"share": 0.5714, "sessions": 151, "session": "s150"}
    assert values(*[5.0] * 150, 1e308)[0].counts["share"] == 1.0


def test_lines_and_values_are_told_apart():
    notes = pl.DataFrame({"session": range(200), "session_value": [1.0] * 199 + [1e6]}).cast({"session": pl.UInt32})
    keys = pl.DataFrame({"code": range(200), "key": [f"s{n}" for n in range(200)]}).cast({"code": pl.UInt32})
    rows = events(*((n % 40, n % 10, n, "orders") for n in range(201)))
    log = rows.with_columns(price=pl.Series([*[5.0] * 200, 5e6]))
    found = suspect(log.lazy(), ITEMS.lazy(), keys.lazy(), notes.lazy())
    assert [one.said.partition(" holds")[0] for one in found][1] == "one session (`s199`)"
    assert len(found) == 2
