import math
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.covisit import CoVisit
from candidates.source import History
from tests.oracle import votes
from tests.oracle.frames import at, events, prefixes

PLAIN = {"half_life": None, "normalise": "raw"}
VISITS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 90)), min_size=1, max_size=9)


def table(source, history, until):
    partial = source.count(History(history.lazy(), until)).collect().lazy()
    return source.merge(partial)["neighbours"].collect().rows()


def pairs(source, history, until):
    return {(item, neighbour): score for item, neighbour, _, score in table(source, history, until)}


THREE = events((0, 1, 0, "clicks"), (0, 2, 1, "carts"), (0, 3, 2, "clicks"), (1, 1, 0, "clicks"), (1, 2, 9, "clicks"))


def test_nearer_items_weigh_more():
    assert table(CoVisit(**PLAIN), THREE, at(10)) == [
        (1, 2, 1, 2.0),
        (1, 3, 2, 0.5),
        (2, 1, 1, 2.0),
        (2, 3, 2, 1.0),
        (3, 2, 1, 1.0),
        (3, 1, 2, 0.5),
    ]


def test_conditional_divides_by_the_items_sum():
    found = pairs(CoVisit(half_life=None, normalise="conditional"), THREE, at(10))
    assert found[1, 2] == pytest.approx(2 / 2.5)
    assert found[2, 1] == pytest.approx(2 / 3)
    assert found[3, 1] == pytest.approx(0.5 / 1.5)


def test_cosine_divides_by_both_sums():
    found = pairs(CoVisit(half_life=None, normalise="cosine"), THREE, at(10))
    assert found[1, 2] == found[2, 1] == pytest.approx(2 / math.sqrt(2.5 * 3))
    assert found[3, 2] == pytest.approx(1 / math.sqrt(3 * 1.5))


def test_window_is_inclusive():
    short = pairs(CoVisit(window=timedelta(minutes=2), **PLAIN), THREE, at(10))
    assert short[1, 2] == 1.0
    assert (1, 3) in short
    assert (1, 3) not in pairs(CoVisit(window=timedelta(minutes=1), **PLAIN), THREE, at(10))


def test_max_gap_and_last_events():
    assert set(pairs(CoVisit(max_gap=1, **PLAIN), THREE, at(10))) == {(1, 2), (2, 1), (2, 3), (3, 2)}
    assert pairs(CoVisit(last_events=2, **PLAIN), THREE, at(10)) == {(2, 3): 1, (3, 2): 1, (1, 2): 1, (2, 1): 1}


def test_half_life_counts_from_the_pairs_earlier_event():
    history = events((0, 1, 0, "clicks"), (0, 2, 30, "clicks"))
    assert pairs(CoVisit(half_life=timedelta(hours=1), normalise="raw"), history, at(60))[1, 2] == 0.5
    assert pairs(CoVisit(half_life=timedelta(hours=1), normalise="raw"), history, at(120))[1, 2] == 0.25


def test_pair_too_old_to_count_is_left_out():
    history = events((0, 1, 0, "clicks"), (0, 2, 0, "clicks"))
    assert table(CoVisit(half_life=timedelta(minutes=1)), history, at(60)) == []


def test_keep_self():
    history = events((0, 1, 0, "clicks"), (0, 1, 1, "clicks"), (0, 2, 2, "clicks"))
    assert pairs(CoVisit(**PLAIN), history, at(3)) == {(1, 1): 2.0, (1, 2): 1.5, (2, 1): 1.5}
    assert pairs(CoVisit(keep_self=False, **PLAIN), history, at(3)) == {(1, 2): 1.5, (2, 1): 1.5}


def test_ties_go_by_item_and_neighbours_cuts():
    history = events((0, 9, 0, "clicks"), (0, 5, 1, "clicks"), (1, 3, 0, "clicks"), (1, 5, 1, "clicks"))
    rows = table(CoVisit(neighbours=1, **PLAIN), history, at(3))
    assert rows == [(3, 5, 1, 1.0), (5, 3, 1, 1.0), (9, 5, 1, 1.0)]


def test_recall_asks_the_table(propose):
    asked = prefixes((0, 3, 5, "clicks"), (0, 1, 6, "clicks"), (1, 8, 6, "clicks"))
    # item 1 now: 2 for 2 and .5 for 3; item 3 one event ago, at .8: .8 for 2 and .4 for 1
    expected = [(0, 2, 1, 2.8), (0, 3, 2, 0.5), (0, 1, 3, 0.4)]
    rows = propose(CoVisit(**PLAIN), THREE, at(10), asked, 5)
    assert rows == [(*row[:3], pytest.approx(row[3], abs=1e-6)) for row in expected]


@settings(max_examples=60, deadline=None)
@given(
    sessions=st.lists(VISITS, min_size=1, max_size=5),
    window=st.integers(1, 200),
    last_events=st.integers(1, 9),
    max_gap=st.integers(1, 6),
    half_life=st.sampled_from([None, 45, 600]),
    normalise=st.sampled_from(["raw", "conditional", "cosine"]),
    keep_self=st.booleans(),
    neighbours=st.integers(1, 4),
)
def test_equals_plain_python(sessions, window, half_life, **how):
    timed = []
    for visits in sessions:
        minutes = sorted(minute for _, minute in visits)
        timed.append([(item, minute) for (item, _), minute in zip(visits, minutes, strict=True)])
    history = events(*((s, item, minute, "clicks") for s, visits in enumerate(timed) for item, minute in visits))
    source = CoVisit(window=timedelta(minutes=window), half_life=half_life and timedelta(minutes=half_life), **how)
    expected = votes.covisit(
        [[(item, minute * 60_000) for item, minute in visits] for visits in timed],
        100 * 60_000,
        window=window * 60_000,
        half_life=half_life and half_life * 60_000,
        **how,
    )
    rows = [(item, *row) for item in sorted(expected) for row in expected[item]]
    assert table(source, history, at(100)) == rows


@pytest.mark.parametrize("name", ["last_events", "max_gap", "neighbours"])
def test_refuses_counts_below_one(name):
    with pytest.raises(ValueError, match=f"`{name}` must be at least 1, got 0"):
        CoVisit(**{name: 0})


@pytest.mark.parametrize("name", ["window", "half_life"])
def test_refuses_times_of_nothing(name):
    with pytest.raises(ValueError, match=f"`{name}` must be above 0"):
        CoVisit(**{name: timedelta(0)})
