from datetime import UTC, datetime

import polars as pl
import pytest

from data import folds as folds_module
from data.boundaries import Folds
from tests.oracle.frames import at, events
from value.session.cuts import Span, ValueCut, asked_events, cut_queries, shown

LOG = events(
    *((0, item, item, "clicks") for item in range(7)),
    *((1, item, 30 + item, "orders") for item in range(3)),
    (2, 5, 60, "carts"),
    *((3, item, 90 + item, "clicks") for item in range(4)),
)
HASHES = pl.DataFrame({"session": [0, 1, 2, 3], "hash": [5, 6, 7, 8]}, schema={"session": pl.UInt32, "hash": pl.UInt64})


def asked(cut, start=0, end=91, most=200):
    inside = asked_events(LOG.lazy(), at(start), at(end), cut.least)
    return (
        cut_queries(inside, HASHES.lazy(), cut, Folds(seed=1, max_cuts=most))
        .collect()
        .select("session", "events")
        .rows()
    )


@pytest.mark.parametrize(
    ("cut", "expected"),
    [
        (ValueCut("share", share=0.3333333333, min_events=3), [(0, 3), (1, 1), (3, 2)]),
        (ValueCut("first_n", first_n=3), [(0, 3), (3, 3)]),
        (ValueCut("first_n", first_n=3, min_events=3), [(0, 3), (1, 2), (3, 3)]),
        (ValueCut("all", min_events=4), [(0, n) for n in range(1, 7)] + [(3, n) for n in range(1, 4)]),
        (ValueCut("whole"), [(0, 7), (1, 3), (2, 1), (3, 4)]),
    ],
)
def test_cuts_by_hand(cut, expected):
    assert asked(cut) == expected


def test_of_a_long_session_some_moments_are_asked():
    every = asked(ValueCut("all", min_events=4))
    some = asked(ValueCut("all", min_events=4), most=3)
    assert set(some) < set(every)
    assert [session for session, _ in some] == [0, 0, 0, 3, 3, 3]
    assert set(asked(ValueCut("all", min_events=4), most=2)) < set(some)


def test_random_cuts_leave_something_to_come():
    assert all(1 <= events_ < {0: 7, 1: 3, 3: 4}[session] for session, events_ in asked(ValueCut("random")))


def test_sessions_begin_inside_and_stay_whole():
    assert asked(ValueCut("whole"), start=30, end=90) == [(1, 3), (2, 1)]
    assert asked(ValueCut("whole"), start=0, end=2) == [(0, 7)]


def test_a_span_is_in_order():
    days = [datetime(2024, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
    assert Span(*days).end == days[2]
    with pytest.raises(ValueError, match="learn_from"):
        Span(days[1], days[0], days[2])


@pytest.mark.parametrize(
    ("wrong", "named"), [({"first_n": 0}, "first_n"), ({"share": 1.0}, "share"), ({"min_events": 0}, "min_events")]
)
def test_refused_settings_name_the_field(wrong, named):
    with pytest.raises(ValueError, match=f"`{named}`"):
        ValueCut(**wrong)


def test_of_long_whole_sessions_the_latest_events_are_shown(monkeypatch):
    monkeypatch.setattr(folds_module, "MOST_VISIBLE", 3)
    inside = asked_events(LOG.lazy(), at(0), at(91), 1)
    told, long = shown(inside, ValueCut("whole"))
    assert long == 2
    assert told.filter(pl.col("session") == 0).select("position", "item").collect().rows() == [(0, 4), (1, 5), (2, 6)]
    assert shown(inside, ValueCut("first_n"))[1] == 0
