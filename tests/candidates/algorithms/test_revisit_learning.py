import json
import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.algorithms.revisit_learning import Weights, learn_weights, mean_reciprocal_rank, own_items
from candidates.source import Fitted, LearningSource
from candidates.sources.revisit import Revisit
from tests.oracle.frames import labels, visited
from tests.oracle.votes import prefix_weights, waits

TYPES = ["clicks", "carts", "orders"]
SHARES = {"clicks": 0.1, "carts": 0.3, "orders": 0.6}
ITEM, TYPE = st.integers(0, 4), st.sampled_from(TYPES)
SESSIONS = st.lists(st.lists(st.tuples(ITEM, TYPE), min_size=1, max_size=10), min_size=1, max_size=4)
LABELS = st.sets(st.tuples(st.integers(0, 4), TYPE, ITEM), max_size=12)
PRESENT = Weights(0.85, {"clicks": 1.0, "carts": 3.0, "orders": 1.0}, 1.0)


def clicked(*items):
    return [(item, "clicks") for item in items]


def learn(sessions, *found, source=None):
    """The source as it is after it has learnt."""
    present = source or Revisit()
    return replace(present, **present.learn(visited(sessions).lazy(), labels(*found).lazy()))


def order(source, session, tmp_path):
    """The session's items, best first."""
    return source.recall(visited([session]).lazy(), Fitted(tmp_path), 20)["revisit"].collect()["item"].to_list()


def one_click_a_query(found):
    """LABELS rows, of which at most one a query is a click."""
    clicks = {query: (query, name, item) for query, name, item in sorted(found) if name == "clicks"}
    return [*clicks.values(), *sorted(row for row in found if row[1] != "clicks")]


def by_hand(sessions, found, weights):
    """The objective, one label at a time."""
    total = 0.0
    for name in TYPES:
        truth = [(query, item) for query, of_type, item in found if of_type == name]
        for query, item in truth:
            visits = sessions[query] if query < len(sessions) else []
            scores = {
                other: sum_ * (weights.waiting if waits(visits, other) else 1.0)
                for other, sum_ in prefix_weights(visits, math.inf, weights.decay, weights.type_weights).items()
            }
            ranked = sorted(scores, key=lambda other: (-scores[other], other))
            if item in ranked:
                total += SHARES[name] / len(truth) / (1 + ranked.index(item))
    return total


def test_is_a_learning_source():
    assert isinstance(Revisit(), LearningSource)


def test_repeated_last_click_lowers_the_decay(tmp_path):
    # 1 counts d + d^2 + d^3 against 1 for the last click: .875 at .5, and 1.176 at .6
    learnt = learn([clicked(1, 1, 1, 2)], (0, "clicks", 2))
    assert learnt.decay == 0.5
    assert order(learnt, clicked(1, 1, 1, 2), tmp_path) == [2, 1]
    assert (learnt.type_weights, learnt.waiting) == (Revisit().type_weights, 1.0)


def test_often_seen_item_raises_the_decay():
    # 1 counts d^2 + d^3 + d^4 against 1 + d: .44 against 1.5 at .5, 2.57 against 1.95 at .95, 3 against 2 at 1
    source = Revisit(decay=0.5)
    assert learn([clicked(1, 1, 1, 2, 2)], (0, "clicks", 1), source=source).decay == 1.0


def test_small_gains_are_left():
    # one label of 250 stands in the second place: half a label to gain, or .2 %; of 20, 2.6 %
    sessions = [clicked(1, 1, 1, 2), *[clicked(i) for i in range(3, 252)]]
    found = [(query, "clicks", session[-1][0]) for query, session in enumerate(sessions)]
    assert learn(sessions, *found) == Revisit()
    assert learn(sessions[:20], *found[:20]).decay == 0.5


def test_ordered_carts_raise_waiting(tmp_path):
    # item 1 waits; 2 was carted and ordered later, so that no decay, nor weight of carts or orders puts 1 before it
    # without `waiting`: 3 d^2 w > 3 d + 1 where d = .85 takes w > 1.64
    session = [(1, "carts"), (2, "carts"), (2, "orders")]
    learnt = learn([session], (0, "orders", 1))
    assert learnt == Revisit(waiting=2.0)
    assert order(Revisit(), session, tmp_path) == [2, 1]
    assert order(learnt, session, tmp_path) == [1, 2]


def test_carts_far_back_raise_waiting_far(tmp_path):
    # ordered is what was carted 9 events back, d^9 w, and clicked next the last click, 1 against d + ... + d^8: with
    # d = .5 that is w / 512, of which 1,000 makes the first place and leaves .996 behind 1 for the second
    def session(first):
        return [(first, "carts"), *clicked(*[first + 1] * 8, first + 2)]

    sessions = [session(10 * i) for i in range(4)]
    found = [row for i in range(4) for row in ((i, "orders", 10 * i), (i, "clicks", 10 * i + 2))]
    source = Revisit(decay=0.5, type_weights={"clicks": 1.0, "carts": 1.0, "orders": 1.0})
    learnt = learn(sessions, *found, source=source)
    assert order(source, session(0), tmp_path) == [2, 1, 0]
    assert order(learnt, session(0), tmp_path) == [0, 2, 1]
    assert learnt == replace(source, waiting=1000.0)


@pytest.mark.parametrize(
    "found", [[], [(0, "clicks", 9)], [(7, "orders", 1)], [(0, "clicks", 1)]], ids=["none", "new", "no query", "first"]
)
def test_nothing_to_gain_keeps_the_present_fields(found):
    source = Revisit(decay=0.77, type_weights={"clicks": 2.0, "carts": 0.7}, waiting=3.0)
    assert learn([clicked(1, 1)], *found, source=source) == source


def test_no_prefixes_keep_the_present_fields():
    assert Revisit().learn(visited([]).lazy(), labels((0, "clicks", 1)).lazy()) == PRESENT._asdict()


def test_other_types_weigh_relative_to_clicks():
    source = Revisit(decay=1.0, type_weights={"clicks": 100.0, "carts": 1.0, "orders": 1.0})
    learnt = learn([[*clicked(1, 1, 1, 1), (2, "orders")]], (0, "orders", 2), source=source)
    assert learnt.type_weights == {"clicks": 100.0, "carts": 1.0, "orders": 500.0}


def test_clicks_left_out_stay_so():
    source = Revisit(decay=1.0, type_weights={"clicks": 0.0, "carts": 7.0, "orders": 1.0})
    learnt = learn([[(1, "carts"), (1, "carts"), (2, "orders")]], (0, "orders", 2), source=source)
    assert learnt.type_weights["clicks"] == 0.0
    assert learnt.type_weights["orders"] > 2 * learnt.type_weights["carts"] or learnt.decay < 0.5


def test_learnt_fields_survive_json():
    learnt = Revisit().learn(visited([clicked(1, 1, 1, 2)]).lazy(), labels((0, "clicks", 2)).lazy())
    assert json.loads(json.dumps(learnt)) == learnt


@settings(max_examples=60, deadline=None)
@given(
    sessions=SESSIONS,
    found=LABELS.map(one_click_a_query),
    decay=st.sampled_from([0.3, 0.85, 1.0]),
    weights=st.fixed_dictionaries(dict.fromkeys(TYPES, st.sampled_from([0.0, 0.5, 1.0, 3.0]))),
    waiting=st.sampled_from([1.0, 5.0, 1000.0]),
)
def test_objective_equals_plain_python(sessions, found, decay, weights, waiting):
    tried = Weights(decay, weights, waiting)
    reached = mean_reciprocal_rank(own_items(visited(sessions).lazy(), labels(*found).lazy()), tried)
    assert reached == pytest.approx(by_hand(sessions, found, tried), abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(sessions=SESSIONS, found=LABELS.map(one_click_a_query))
def test_learns_the_same_from_shuffled_rows_and_never_less(sessions, found):
    rows, truth = visited(sessions), labels(*found)
    learnt = learn_weights(rows.lazy(), truth.lazy(), PRESENT)
    assert by_hand(sessions, found, learnt) >= by_hand(sessions, found, PRESENT)
    mixed = rows.sample(fraction=1, shuffle=True, seed=3)
    assert learn_weights(mixed.lazy(), truth.reverse().lazy(), PRESENT) == learnt
