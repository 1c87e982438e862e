"""Segments, worked by hand."""

import polars as pl

from value.addressed.segments import NAMES, SEGMENTS, segments


def rows(*told):
    kinds = {"worth": pl.Float64, "waiting": pl.Boolean, "before": pl.Boolean, "since": pl.Float64, "usual": pl.Float64}
    return pl.DataFrame(told, schema=kinds, orient="row")


def test_the_first_rule_that_is_met():
    found = segments(
        rows(
            (90.0, True, False, None, None),  # most of all: a whale, though a cart waits
            (80.0, True, False, None, None),
            (70.0, False, False, 500.0, None),  # new before lapsing
            (60.0, False, True, 21.0, 10.0),
            (50.0, False, True, 20.0, 10.0),
            (40.0, None, True, 91.0, None),
            (30.0, None, True, 90.0, None),
            (20.0, None, True, None, None),
            (10.0, None, None, None, None),
        )
    )
    whales, cart, new, lapsing, returning, others = NAMES
    assert found.to_list() == [whales, cart, new, lapsing, returning, lapsing, returning, returning, others]


def test_nobody_is_a_whale_who_brings_nothing_or_as_much_as_many():
    assert "whales" not in segments(rows(*[(5.0, None, None, None, None)] * 3)).to_list()
    assert segments(rows((0.0, None, None, None, None))).to_list() == ["others"]


def test_acts_are_of_sessions_or_of_customers():
    new = SEGMENTS[2]
    assert new.action("sessions") == new.session
    assert new.action("rows") == new.customer
