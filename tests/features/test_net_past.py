"""The past of a log with refunds, described as of each query: net of all that went back before it, of nothing later."""

from types import SimpleNamespace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data.schema import Refunds
from tests.features.test_value_contract import ITEMS, VALUE_GROUPS, described, segments, world
from tests.oracle.frames import at, random_events
from value.session.amended import amended_visits
from value.session.net import net_orders
from value.session.targets import Targets, closed_visits

JUDGED = [group for group in VALUE_GROUPS if {"closed", "touched"} & set(group.reads) or group.name == "line_worth"]
AT_CLOSE = "item_worth__large_share"
"""Held against what was usual when a visit closed, by what was known then."""


@pytest.fixture(scope="module")
def log() -> pl.DataFrame:
    price = pl.when(pl.col("item") % 3 > 0).then(pl.col("item") + pl.col("session") % 3 + 1.1)
    return random_events(5, sessions=100, days=9).with_columns(price=price, quantity=pl.col("session") % 4 + 1.0)


def refunds(log: pl.DataFrame, share: float, seed: int) -> pl.DataFrame:
    """Some of the orders go back, whole or in part, at once or after days, some twice."""
    orders = log.filter(pl.col("type") == "orders").unique(["session", "item", "ts"], maintain_order=True)
    parts = []
    for again in (0, 1):
        some = orders.sample(fraction=share, seed=seed + again, shuffle=True).with_row_index("n")
        n = pl.col("n").cast(pl.Int64)
        minutes = pl.when(n % 3 == 0).then(n % 7).otherwise((n * 977 + seed) % 9_000)
        pieces = pl.when(n % 2 == again).then(pl.col("quantity") / 2).otherwise(pl.col("quantity") / (1 + again))
        parts.append(
            some.select(
                "session",
                "item",
                order_ts="ts",
                ts=pl.col("ts") + pl.duration(minutes=minutes),
                pieces=pieces,
                amount=pl.when(pl.col("n") % 5 > 0).then(pieces * pl.col("price")),
            )
        )
    rows = pl.concat(parts).sort("session", "order_ts", "item", "ts").with_row_index("refund")
    return Refunds.validate(rows, cast=True)


def told(log: pl.DataFrame, back: pl.DataFrame) -> SimpleNamespace:
    """A world whose past is amended."""
    found = world(log)
    notes = segments(log["session"].unique().sort()).lazy()
    tables = amended_visits(log.lazy(), found.items.lazy(), notes, Targets(), back.lazy())
    for name, amended in (("closed", "reclosed"), ("touched", "retouched")):
        visits = tables[name].with_columns(sign=pl.lit(1, pl.Int8), close_ts="ts")
        setattr(found, name, pl.concat([visits, tables[amended]], how="diagonal").collect())
    return found


def as_of(log: pl.DataFrame, back: pl.DataFrame, query: pl.DataFrame) -> SimpleNamespace:
    """A world in which all orders cost what was left of them at a query's start, and which has but that query."""
    found = world(log)
    known = back.filter(pl.col("ts") < query["start_ts"].item()).lazy()
    net = net_orders(log.lazy(), found.items.lazy(), known, ("session",))
    tables = closed_visits(net, found.items.lazy(), segments(log["session"].unique().sort()).lazy(), Targets())
    found.closed, found.touched = (table.collect() for table in tables)
    found.queries = query
    found.prefixes = found.prefixes.join(query, on="query", how="semi")
    return found


def judged(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.drop(AT_CLOSE + "_mean", AT_CLOSE + "_max")


@settings(max_examples=4)
@given(st.floats(0.1, 0.9), st.integers(0, 99))
def test_is_what_all_would_be_if_only_the_rest_had_been_bought(log, share, seed):
    back = refunds(log, share, seed)
    mine = judged(described(told(log, back), JUDGED))
    gross = judged(described(world(log), JUDGED))
    asked = world(log).queries.sort("start_ts")
    differ = 0
    for place in range(3, asked.height, 9):
        query = asked[place]
        truth = judged(described(as_of(log, back, query), JUDGED))
        found = mine.join(query, on="query", how="semi")
        assert_frame_equal(found, truth, check_exact=True)
        differ += not found.equals(gross.join(query, on="query", how="semi"))
    assert differ > 3


def test_a_refund_that_comes_later_moves_nothing(log):
    back = refunds(log, 0.8, 1)
    moment = at(6 * 24 * 60)
    before = back.filter(pl.col("ts") < moment)
    assert 20 < before.height < back.height - 20
    asked = world(log).queries.filter(pl.col("start_ts") <= moment)
    rows = [described(told(log, some), JUDGED).join(asked, on="query", how="semi") for some in (before, back)]
    assert_frame_equal(*rows, check_exact=True)


def test_no_refund_is_as_if_there_were_no_such_table(log):
    assert_frame_equal(
        described(told(log, refunds(log, 0.5, 1).clear()), JUDGED), described(world(log), JUDGED), check_exact=True
    )


def test_the_order_of_rows_does_not_matter(log):
    one, two = (told(log, refunds(log, 0.5, 3)) for _ in range(2))
    for number, name in enumerate(("closed", "touched")):
        setattr(two, name, getattr(two, name).sample(fraction=1, shuffle=True, seed=number))
    assert_frame_equal(*(described(w, JUDGED).sort("query") for w in (one, two)), check_exact=True)


def test_days_are_counted_from_visits_and_not_from_what_is_heard_of_them(log):
    days = pl.col("^.*days_since.*$")
    gross, net = (described(w, JUDGED).select("query", days) for w in (world(log), told(log, refunds(log, 0.9, 4))))
    assert gross.width > ITEMS // 4
    assert_frame_equal(net, gross, check_exact=True)
