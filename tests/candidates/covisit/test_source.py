import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.covisit.member import CoVisit
from candidates.covisit.source import CoVisits
from candidates.source import Fitted, History
from tests.candidates.covisit.test_kernel import LOGS, MEMBERS, fit
from tests.candidates.covisit.test_kernel import table as rows
from tests.oracle import covisit, votes
from tests.oracle.frames import at, events, prefixes

PLAIN = {"half_life": None, "normalise": "raw"}


@pytest.fixture
def table(tmp_path):
    """Rows of a member's table, fitted alone."""

    def fit(member, history, until):
        fitted = CoVisits(members={"one": member}).fit(History(history.lazy(), until), {}, tmp_path)
        return Fitted(fitted.folder / "one").table("neighbours").collect().rows()

    return fit


@pytest.fixture
def pairs(table):
    """A member's scores: {(item, neighbour): score}."""
    return lambda *fit: {(item, neighbour): score for item, neighbour, _, score in table(*fit)}


THREE = events((0, 1, 0, "clicks"), (0, 2, 1, "carts"), (0, 3, 2, "clicks"), (1, 1, 0, "clicks"), (1, 2, 9, "clicks"))


def test_nearer_items_weigh_more(table):
    assert table(CoVisit(**PLAIN), THREE, at(10)) == [
        (1, 2, 1, 2.0),
        (1, 3, 2, 0.5),
        (2, 1, 1, 2.0),
        (2, 3, 2, 1.0),
        (3, 2, 1, 1.0),
        (3, 1, 2, 0.5),
    ]


def test_conditional_divides_by_the_items_sum(pairs):
    found = pairs(CoVisit(half_life=None, normalise="conditional"), THREE, at(10))
    assert found[1, 2] == pytest.approx(2 / 2.5)
    assert found[2, 1] == pytest.approx(2 / 3)
    assert found[3, 1] == pytest.approx(0.5 / 1.5)


def test_cosine_divides_by_both_sums(pairs):
    found = pairs(CoVisit(half_life=None, normalise="cosine"), THREE, at(10))
    assert found[1, 2] == found[2, 1] == pytest.approx(2 / math.sqrt(2.5 * 3))
    assert found[3, 2] == pytest.approx(1 / math.sqrt(3 * 1.5))


def test_window_is_inclusive(pairs):
    short = pairs(CoVisit(window=timedelta(minutes=2), **PLAIN), THREE, at(10))
    assert short[1, 2] == 1.0
    assert (1, 3) in short
    assert (1, 3) not in pairs(CoVisit(window=timedelta(minutes=1), **PLAIN), THREE, at(10))


def test_max_gap_and_last_events(pairs):
    assert set(pairs(CoVisit(max_gap=1, **PLAIN), THREE, at(10))) == {(1, 2), (2, 1), (2, 3), (3, 2)}
    assert pairs(CoVisit(last_events=2, **PLAIN), THREE, at(10)) == {(2, 3): 1, (3, 2): 1, (1, 2): 1, (2, 1): 1}


def test_half_life_counts_from_the_pairs_earlier_event(pairs):
    history = events((0, 1, 0, "clicks"), (0, 2, 30, "clicks"))
    assert pairs(CoVisit(half_life=timedelta(hours=1), normalise="raw"), history, at(60))[1, 2] == 0.5
    assert pairs(CoVisit(half_life=timedelta(hours=1), normalise="raw"), history, at(120))[1, 2] == 0.25


def test_pair_too_old_to_count_is_left_out(table):
    history = events((0, 1, 0, "clicks"), (0, 2, 0, "clicks"))
    assert table(CoVisit(half_life=timedelta(minutes=1)), history, at(60)) == []


def test_keep_self(pairs):
    history = events((0, 1, 0, "clicks"), (0, 1, 1, "clicks"), (0, 2, 2, "clicks"))
    assert pairs(CoVisit(**PLAIN), history, at(3)) == {(1, 1): 2.0, (1, 2): 1.5, (2, 1): 1.5}
    assert pairs(CoVisit(keep_self=False, **PLAIN), history, at(3)) == {(1, 2): 1.5, (2, 1): 1.5}


def test_ties_go_by_item_and_neighbours_cuts(table):
    history = events((0, 9, 0, "clicks"), (0, 5, 1, "clicks"), (1, 3, 0, "clicks"), (1, 5, 1, "clicks"))
    rows = table(CoVisit(neighbours=1, **PLAIN), history, at(3))
    assert rows == [(3, 5, 1, 1.0), (5, 3, 1, 1.0), (9, 5, 1, 1.0)]


def test_recent_events_alone(pairs):
    history = events((0, 1, 0, "clicks"), (0, 2, 50, "clicks"), (0, 3, 60, "clicks"))
    assert set(pairs(CoVisit(recent=timedelta(minutes=10), **PLAIN), history, at(60))) == {(2, 3), (3, 2)}
    assert pairs(CoVisit(recent=timedelta(minutes=9), **PLAIN), history, at(60)) == {}


def test_gap_power(pairs):
    assert pairs(CoVisit(gap_power=0, **PLAIN), THREE, at(10))[1, 3] == 1.0
    assert pairs(CoVisit(gap_power=2, **PLAIN), THREE, at(10))[1, 3] == 0.25


def test_time_apart(pairs):
    member = CoVisit(apart_half_life=timedelta(minutes=1), gap_power=0, **PLAIN)
    assert pairs(member, THREE, at(10))[1, 2] == pytest.approx(0.5 + 0.5**9)  # a minute apart, and nine
    assert pairs(member, THREE, at(10))[3, 1] == 0.25


def test_forward_only_with_type_weights(table, pairs):
    how = {"forward_only": True, "half_life": None, "type_weights": {"carts": 6, "orders": 3}}
    assert table(CoVisit(normalise="raw", **how), THREE, at(10)) == [(1, 2, 1, 7.0), (1, 3, 2, 0.5), (2, 3, 1, 1.0)]
    # 7.5 follows item 1 and 1 follows item 2; item 2 follows for 7, item 3 for 1.5
    found = pairs(CoVisit(normalise="cosine", **how), THREE, at(10))
    expected = {(1, 2): 7 / (7.5 * 7) ** 0.5, (1, 3): 0.5 / (7.5 * 1.5) ** 0.5, (2, 3): 1 / 1.5**0.5}
    assert found == {pair: pytest.approx(score) for pair, score in expected.items()}


BOUGHT = events((0, 1, 0, "clicks"), (0, 2, 1, "carts"), (0, 3, 2, "orders"), (0, 4, 3, "orders"), (0, 1, 4, "clicks"))


@pytest.mark.parametrize(
    ("from_types", "to_types", "found"),
    [
        (("clicks", "carts", "orders"), ("orders",), {(1, 3), (1, 4), (2, 3), (2, 4), (3, 4)}),
        (("carts",), ("orders",), {(2, 3), (2, 4)}),
        (("orders",), ("orders",), {(3, 4)}),
        (("clicks", "carts"), ("carts", "clicks"), {(1, 2), (1, 1), (2, 1)}),
    ],
)
def test_types_of_both_events(pairs, from_types, to_types, found):
    how = {"from_types": from_types, "to_types": to_types, **PLAIN}
    assert set(pairs(CoVisit(forward_only=True, **how), BOUGHT, at(10))) == found
    both_ways = found | {(later, earlier) for earlier, later in found}
    assert set(pairs(CoVisit(**how), BOUGHT, at(10))) == both_ways


def test_session_share(pairs):
    by_length = pairs(CoVisit(session_share="length", **PLAIN), THREE, at(10))
    assert by_length[1, 2] == pytest.approx(1 / 3 + 1 / 2)
    assert pairs(CoVisit(session_share="log", **PLAIN), THREE, at(10))[1, 3] == pytest.approx(0.5 / math.log(4))
    last = pairs(CoVisit(session_share="length", last_events=2, **PLAIN), THREE, at(10))  # the paired events alone
    assert last[2, 3] == 0.5


def test_pmi_keeps_what_is_above_chance(pairs):
    # sums 2.5, 3 and 1.5, of 7: (1, 3) would be .5 x 7 / (2.5 x 1.5) = .93 of chance
    found = pairs(CoVisit(normalise="pmi", half_life=None), THREE, at(10))
    expected = {(1, 2): math.log(2 * 7 / (2.5 * 3)), (2, 3): math.log(1 * 7 / (3 * 1.5))}
    expected |= {(later, earlier): score for (earlier, later), score in expected.items()}
    assert found == {pair: pytest.approx(score) for pair, score in expected.items()}


def test_idf_prefers_the_rarer(pairs):
    found = pairs(CoVisit(normalise="idf", half_life=None), THREE, at(10))
    assert found[1, 2] == pytest.approx(2 * math.log(1 + 7 / 3))
    assert found[2, 1] == pytest.approx(2 * math.log(1 + 7 / 2.5))
    assert found[1, 3] == pytest.approx(0.5 * math.log(1 + 7 / 1.5))


def test_members_of_different_length_in_folders_of_their_own(tmp_path):
    source = CoVisits(members={"near": CoVisit(max_gap=1, neighbours=1), "far": CoVisit(neighbours=9)})
    fitted = source.fit(History(THREE.lazy(), at(10)), {}, tmp_path)
    heights = {n: Fitted(fitted.folder / n).table("neighbours").collect().height for n in ("near", "far")}
    assert heights == {"near": 3, "far": 6}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["far", "near"]


def test_recall_asks_each_members_table(tmp_path):
    asked = prefixes((0, 3, 5, "clicks"), (0, 1, 6, "clicks"), (1, 8, 6, "clicks"))
    source = CoVisits(members={"plain": CoVisit(**PLAIN), "near": CoVisit(max_gap=1, **PLAIN)})
    fitted = source.fit(History(THREE.lazy(), at(10)), {}, tmp_path)
    found = {name: table.collect().rows() for name, table in source.recall(asked.lazy(), fitted, 5).items()}
    # item 1 now: 2 for 2 and .5 for 3; item 3 one event ago, at .8: .8 for 2 and .4 for 1
    expected = [(0, 2, 1, 2.8), (0, 3, 2, 0.5), (0, 1, 3, 0.4)]
    assert found["plain"] == [(*row[:3], pytest.approx(row[3], abs=1e-6)) for row in expected]
    assert found["near"] == [(0, 2, 1, pytest.approx(2.8, abs=1e-6))]


@settings(max_examples=40, deadline=None)
@given(log=LOGS, member=MEMBERS, normalise=st.sampled_from(["raw", "conditional", "cosine"]))
def test_equals_plain_python(log, member, normalise):
    how = {name: getattr(member, name) for name in ("last_events", "max_gap", "keep_self")}
    how |= {"normalise": normalise, "neighbours": 50}
    found, _ = fit(
        CoVisits(members={"one": CoVisit(window=member.window, half_life=member.half_life, **how)}), rows(log)
    )
    expected = votes.covisit(
        [[(item, minute * 60_000) for item, minute, _ in visits] for visits in log],
        100 * 60_000,
        window=member.window / timedelta(milliseconds=1),
        half_life=member.half_life and member.half_life / timedelta(milliseconds=1),
        **how,
    )
    assert {(i, j): score for i, j, _, score in found["one"].rows()} == {
        (i, j): pytest.approx(score, rel=1e-5, abs=1e-7) for i in expected for j, _, score in expected[i]
    }


@settings(max_examples=60, deadline=None)
@given(log=LOGS, member=MEMBERS)
def test_the_oracle_weighs_as_plain_python_does(log, member):
    member = replace(member, normalise="raw", neighbours=50)
    history = events(*((s, *visit) for s, visits in enumerate(log) for visit in visits))
    found = covisit.neighbours(member, history, at(100))
    expected = covisit.by_hand(member, log, 100)
    assert {(i, j): score for i, j, _, score in found.rows()} == {
        pair: pytest.approx(weight, abs=1e-6) for pair, weight in expected.items()
    }


@pytest.mark.parametrize("name", ["threads", "memory_mib"])
def test_refuses_numbers_below_one(name):
    with pytest.raises(ValueError, match=f"`{name}` must be at least 1, got 0"):
        CoVisits(**{name: 0})


def test_refuses_no_members():
    with pytest.raises(ValueError, match="`members` must name one co-visit table or more"):
        CoVisits(members={})
