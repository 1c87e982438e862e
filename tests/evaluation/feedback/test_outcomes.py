"""What was shown joined with what happened, by hand."""

from datetime import timedelta

import polars as pl

from data.schema import TypeEnum
from evaluation.feedback.outcomes import found_by_objective, outcomes, unshown, wanted
from tests.oracle.frames import at


def served(*rows):
    """Of (session, minute, type, rank, item)."""
    frame = pl.DataFrame(list(rows), schema=["session", "shown", "type", "rank", "item"], orient="row")
    return frame.with_columns(
        pl.col("type").cast(TypeEnum), pl.col("shown").replace_strict({m: at(m) for m in range(99)})
    )


def happened(*rows):
    """Of (session, minute, type, item)."""
    frame = pl.DataFrame(list(rows), schema=["session", "ts", "type", "item"], orient="row")
    return frame.with_columns(pl.col("type").cast(TypeEnum), pl.col("ts").replace_strict({m: at(m) for m in range(99)}))


SERVED = served(
    ("a", 5, "clicks", 1, "x"),
    ("a", 5, "clicks", 2, "y"),
    ("a", 5, "orders", 1, "z"),
    ("a", 5, "orders", 2, "z"),
    ("b", 5, "clicks", 1, "x"),
)
EVENTS = happened(
    ("a", 5, "clicks", "x"),  # as it was shown: seen before
    ("a", 6, "clicks", "y"),
    ("a", 7, "clicks", "x"),  # not the next click any more
    ("a", 8, "orders", "z"),
    ("a", 9, "orders", "w"),
    ("b", 9, "orders", "x"),  # b was shown no list of orders
    ("c", 9, "clicks", "x"),
)
DUE = wanted(SERVED, EVENTS)


def test_what_lists_should_have_held():
    assert DUE.select("session", "type", "item").rows() == [
        ("a", "clicks", "y"),
        ("a", "orders", "w"),
        ("a", "orders", "z"),
    ]


def test_only_so_long_after_it_was_shown():
    soon = wanted(SERVED, EVENTS, timedelta(minutes=3))
    assert soon["item"].to_list() == ["y", "z"]


def test_which_places_hit():
    judged = outcomes(SERVED.reverse(), DUE)
    assert judged.select("session", "type", "rank", "hit").rows() == [
        ("a", "clicks", 1, False),
        ("a", "clicks", 2, True),
        ("a", "orders", 1, True),
        ("a", "orders", 2, False),  # the same item again
        ("b", "clicks", 1, False),
    ]


def test_what_was_wanted_and_in_no_list():
    assert unshown(SERVED, DUE).rows() == [("w", 1)]


def test_by_objective():
    found = found_by_objective(outcomes(SERVED, DUE), DUE)
    assert found.rows() == [("clicks", 2, 3, 1, 1, 1.0), ("orders", 1, 2, 2, 1, 0.5)]


def test_lists_after_which_nothing_happened():
    nothing = wanted(SERVED, EVENTS.clear())
    assert found_by_objective(outcomes(SERVED, nothing), nothing)["recall"].to_list() == [None, None]
    assert unshown(SERVED, nothing).is_empty()


def test_a_session_is_asked_anew_at_each_showing():
    twice = pl.concat([SERVED, served(("a", 6, "clicks", 1, "x"))])
    judged = outcomes(twice, wanted(twice, EVENTS))
    assert judged.filter(pl.col("shown") == at(6))["hit"].to_list() == [True]
