import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data import returning as module
from data.boundaries import Folds
from data.folds import cut_sessions, fold_events, history_of, labels_of, prefixes_of
from data.returning import returning_cuts, returning_events
from data.schema import TYPES
from tests.data.test_folds import at, hash_table, table

C, A, O = TYPES  # noqa: E741
LOG = (
    (0, 1, 1, C),
    (0, 2, 5, O),
    (0, 3, 12, O),
    (0, 4, 15, C),
    (1, 1, 2, C),  # known, and never comes again
    (2, 5, 3, C),
    (2, 6, 11, A),
    (3, 7, 13, C),  # new in the fold
    (3, 8, 14, C),
    (4, 1, 4, C),
    (4, 2, 25, O),  # comes back after the fold's end
)


def asked(log, shown, *, answered, least=1, start=10, end=20, known=None):
    items = None if known is None else pl.LazyFrame({"item": sorted(known)}, schema={"item": pl.UInt32})
    events = returning_events(table(log), at(start), at(end), shown, items)
    cuts = returning_cuts(events, at(start), shown, least, answered=answered).collect()
    return events, cuts.with_columns(query=pl.int_range(pl.len(), dtype=pl.UInt32)).lazy()


def told(queries):
    return queries.select("session", pl.col("start_ts", "cut_ts").dt.epoch("ms"), "events").collect().rows()


def test_who_is_scored_is_every_known_customer_as_the_fold_begins():
    _, queries = asked(LOG, 0, answered=False)
    assert told(queries) == [(0, 1, 10, 2), (1, 2, 10, 1), (2, 3, 10, 1), (4, 4, 10, 1)]


def test_who_is_learnt_from_comes_in_the_fold():
    events, queries = asked(LOG, 0, answered=True)
    assert told(queries) == [(0, 1, 10, 2), (2, 3, 10, 1)]
    assert prefixes_of(events, queries).collect().select("query", "item").rows() == [(0, 1), (0, 2), (1, 5)]
    assert labels_of(events, queries).collect().rows() == [(0, C, 4), (0, O, 3), (1, A, 6)]


def test_after_the_first_event_in_the_fold():
    events, queries = asked(LOG, 1, answered=False)
    assert told(queries) == [(0, 1, 12, 3), (2, 3, 11, 2)]
    assert prefixes_of(events, queries).collect().select("query", "item").rows() == [
        *((0, item) for item in (1, 2, 3)),
        *((1, item) for item in (5, 6)),
    ]
    assert labels_of(events, queries).collect().rows() == [(0, C, 4)]
    assert told(asked(LOG, 1, answered=True)[1]) == [(0, 1, 12, 3)]


def test_the_folds_own_events_on_unknown_items_are_dropped():
    events, queries = asked(LOG, 1, answered=False, known={1, 2, 4, 5})
    assert told(queries) == [(0, 1, 15, 3)]
    assert prefixes_of(events, queries).collect()["item"].to_list() == [1, 2, 4]


def test_the_least_prefix_holds():
    assert told(asked(LOG, 0, answered=False, least=2)[1]) == [(0, 1, 10, 2)]


@pytest.mark.parametrize(("shown", "visible"), [(0, [2, 3, 4]), (1, [3, 4, 5])])
def test_of_a_long_life_the_latest_is_shown(shown, visible, monkeypatch):
    monkeypatch.setattr(module, "MOST_VISIBLE", 3)
    log = [*((0, n, n, C) for n in range(5)), (0, 5, 12, C), (0, 6, 13, O)]
    events, queries = asked(log, shown, answered=True)
    assert prefixes_of(events, queries).collect()["item"].to_list() == visible
    assert queries.collect()["start_ts"].dt.epoch("ms").to_list() == [visible[0]]
    assert labels_of(events, queries).collect()["item"].to_list() == [[5, 6], [6]][shown]


logs = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(0, 30), st.sampled_from(TYPES)), min_size=1, max_size=16
)


@settings(max_examples=60, deadline=None)
@given(log=logs, shown=st.integers(0, 1), answered=st.booleans())
def test_by_plain_python(log, shown, answered):
    events, queries = asked(log, shown, answered=answered)
    expected = []
    for session in sorted({row[0] for row in log}):
        mine = sorted((row for row in log if row[0] == session), key=lambda row: row[2])
        before, inside = [r for r in mine if r[2] < 10], [r for r in mine if 10 <= r[2] < 20]
        if before and len(inside) >= shown + answered:
            cut = inside[0][2] if shown else 10
            expected.append((session, before[0][2], cut, len(before) + shown))
    assert told(queries) == expected
    seen = prefixes_of(events, queries).join(queries.select("query", "cut_ts"), on="query").collect()
    assert (seen["ts"] <= seen["cut_ts"]).all()


@settings(max_examples=40, deadline=None)
@given(log=logs, shown=st.integers(0, 1), later=st.lists(st.tuples(st.integers(0, 6), st.integers(20, 40))))
def test_what_happens_after_the_fold_changes_nothing(log, shown, later):
    grown = [*log, *((session, 4, ms, O) for session, ms in later)]
    before, after = (asked(rows, shown, answered=False) for rows in (log, grown))
    for make in (lambda e, q: q, prefixes_of, labels_of):
        assert_frame_equal(make(*before).collect(), make(*after).collect())


@settings(max_examples=40, deadline=None)
@given(log=logs, later=st.lists(st.tuples(st.integers(0, 3), st.integers(10, 40)), max_size=5))
def test_what_is_shown_at_the_start_is_the_history_alone(log, later):
    grown = [*log, *((session, 4, ms, O) for session, ms in later)]
    before, after = (asked(rows, 0, answered=False) for rows in (log, grown))
    assert_frame_equal(prefixes_of(*before).collect(), prefixes_of(*after).collect())
    shown = prefixes_of(*after).select(pl.len()).collect().item()
    assert shown == history_of(table(grown), at(10)).select(pl.len()).collect().item()


def test_nobody_is_asked_twice():
    """Who begins in the fold is asked under its cut; who came before it as one who comes back."""
    new = cut_sessions(fold_events(table(LOG), at(10), at(20)), hash_table(range(5)), Folds(), "random").collect()
    back = asked(LOG, 0, answered=False)[1].collect()
    assert not set(new["session"]) & set(back["session"])
    assert set(new["session"]) == {3}
