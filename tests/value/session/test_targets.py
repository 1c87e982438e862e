from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.schema import Closed, Items, Notes, Touched
from tests.oracle.frames import at, events, prefixes, random_events, table
from value.session.targets import Targets, closed_visits, event_values, finals, so_far

ITEMS = table(Items, (1, "a", None, None, None, 5.0), (2, "b", None, None, None, None)).lazy()
NOTES = table(Notes, (0, 90.0, "fr"), (1, None, "uk")).lazy()


def log():
    """Session 0 comes again after two hours; the order of item 2 has a price and a quantity."""
    rows = events(
        (0, 1, 0, "clicks", 7),
        (0, 1, 1, "orders", 7),
        (0, 2, 120, "carts", 7),
        (0, 2, 125, "orders", 7),
        (1, 2, 3, "clicks"),
    )
    dear = (pl.col("item") == 2) & (pl.col("type") == "orders")
    return rows.with_columns(price=pl.when(dear).then(2.5), quantity=pl.when(dear).then(4.0)).lazy()


def visits(targets):
    closed, touched = (t.collect() for t in closed_visits(log(), ITEMS, NOTES, targets))
    return Closed.validate(closed), Touched.validate(touched)


class TestRevenue:
    def test_is_price_by_quantity_of_orders(self):
        valued = event_values(log(), ITEMS, Targets()).collect()
        assert valued["value"].to_list() == [0, 5, 0, 10, 0]  # one piece at the item's listed price; four at 2.5
        assert valued["pieces"].to_list() == [0, 1, 0, 4, 0]

    def test_closed_visits(self):
        closed, _ = visits(Targets())
        names = ("session", "visit", "user", "segment", "start_ts", "ts", "events", "clicks", "orders", "value")
        assert closed.select(names).rows() == [
            (0, 0, 7, "fr", at(0), at(31), 2, 1, 1, 5),
            (0, 1, 7, "fr", at(120), at(155), 2, 0, 1, 10),
            (1, 0, None, "uk", at(3), at(33), 1, 1, 0, 0),
        ]

    def test_touched_items_know_their_visit(self):
        _, touched = visits(Targets())
        names = ("session", "visit", "item", "ts", "carts", "orders", "pieces", "spend", "events", "value")
        assert touched.select(names).rows() == [
            (0, 0, 1, at(31), 0, 1, 1, 5, 2, 5),
            (0, 1, 2, at(155), 1, 1, 4, 10, 2, 10),
            (1, 0, 2, at(33), 0, 0, 0, 0, 1, 0),
        ]

    def test_finals_are_of_whole_sessions(self):
        closed, _ = visits(Targets())
        assert sorted(finals(closed.lazy()).collect().rows()) == [(0, 15, 5), (1, 0, 0)]

    def test_a_longer_pause_closes_later(self):
        closed, _ = visits(Targets(closes_after=timedelta(hours=3)))
        assert closed.select("session", "visit", "ts", "value").rows() == [
            (0, 0, at(125 + 180), 15),
            (1, 0, at(183), 0),
        ]


def test_weights_count_events():
    closed, _ = visits(Targets(kind="weights", weights={"clicks": 0.5, "orders": 3}))
    assert closed["value"].to_list() == [3.5, 3.0, 0.5]


def test_a_label_is_worth_what_it_says_once_the_session_is_over():
    closed, touched = visits(Targets(kind="label"))
    assert closed.select("session", "visit", "value").rows() == [(0, 1, 90.0)]
    assert touched.select("session", "visit", "item", "value").rows() == [(0, 1, 2, 90.0)]


def test_so_far():
    shown = prefixes(
        (3, 1, 0, "carts"), (3, 1, 1, "orders"), (3, 2, 2, "carts"), (3, 1, 3, "carts"), (4, 2, 0, "clicks")
    )
    shown = shown.with_columns(price=pl.when(pl.col("item") == 2).then(8.0))
    found = so_far(shown.lazy(), ITEMS, Targets()).sort("query").collect()
    assert found.rows() == [(3, 5, 13), (4, 0, 0)]  # item 1 ordered for 5, item 2 in the cart for 8


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000))
def test_parts_add_up_to_the_whole(seed):
    rows = random_events(seed).with_columns(price=pl.col("item") * 0.37 + 0.1, quantity=pl.col("session") % 5 + 1.0)
    notes = Notes.create_empty().lazy()
    closed, touched = (t.collect() for t in closed_visits(rows.lazy(), ITEMS, notes, Targets()))
    truth = rows.filter(pl.col("type") == "orders").select((pl.col("price") * pl.col("quantity")).sum()).item()
    assert closed["value"].sum() == pytest.approx(truth, abs=1e-4)
    assert touched["spend"].sum() == pytest.approx(truth, abs=1e-4)
    assert closed["events"].sum() == rows.height
    assert finals(closed.lazy()).collect()["final"].sum() == pytest.approx(truth, abs=1e-4)


@pytest.mark.parametrize(
    ("settings_", "named"),
    [
        ({"weights": {"views": 1.0}}, "weights"),
        ({"weights": {"clicks": -1.0}}, "weights"),
        ({"kind": "weights", "weights": {"clicks": 0.0}}, "weights"),
        ({"kind": "label", "of": "remaining"}, "of"),
        ({"closes_after": timedelta(0)}, "closes_after"),
    ],
)
def test_refused_settings_name_the_field(settings_, named):
    with pytest.raises(ValueError, match=f"`{named}`"):
        Targets(**settings_)
