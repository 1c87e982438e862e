import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.source import Fitted, History
from candidates.sources.revisit import Revisit
from tests.oracle import recalling
from tests.oracle.frames import at, events, prefixes, visited
from tests.oracle.votes import ONE, best, prefix_weights, waits

VISITS = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["clicks", "carts", "orders"])), min_size=1, max_size=12)
WEIGHTS = st.fixed_dictionaries(dict.fromkeys(["clicks", "carts", "orders"], st.sampled_from([0.0, 0.5, 1.0, 3.0])))


def recall(source, asked, k, tmp_path):
    return source.recall(asked.lazy(), Fitted(tmp_path), k)["revisit"].collect().rows()


def test_own_items_by_recency_and_type(tmp_path):
    asked = prefixes(
        (0, 1, 0, "clicks"),  # 1/4
        (0, 2, 1, "carts"),  # 3/2
        (0, 1, 2, "clicks"),  # 1, so 5/4 in all
        (1, 7, 0, "orders"),
    )
    rows = recall(Revisit(decay=0.5), asked, 20, tmp_path)
    assert rows == [(0, 2, 1, 1.5), (0, 1, 2, 1.25), (1, 7, 1, 1.0)]


def test_equal_scores_go_by_item_and_k_cuts(tmp_path):
    asked = prefixes((0, 9, 0, "clicks"), (0, 3, 1, "clicks"), (0, 5, 2, "clicks"))
    assert recall(Revisit(decay=1.0), asked, 2, tmp_path) == [(0, 3, 1, 1.0), (0, 5, 2, 1.0)]


def test_type_without_weight_is_not_proposed_but_counts_as_later_event(tmp_path):
    asked = prefixes((0, 1, 0, "clicks"), (0, 2, 1, "orders"))
    source = Revisit(decay=0.5, type_weights={"clicks": 1.0, "orders": 0.0})
    assert recall(source, asked, 20, tmp_path) == [(0, 1, 1, 0.5)]


def test_cart_without_a_later_order_waits(tmp_path):
    asked = prefixes(
        (0, 1, 0, "orders"),
        (0, 1, 1, "carts"),  # carted again after its order: 1/32 + 3/16, and waits
        (0, 2, 2, "carts"),
        (0, 2, 3, "orders"),  # 3/8 + 1/4
        (0, 3, 4, "orders"),  # 1/2, never carted
        (0, 4, 5, "clicks"),
        (1, 1, 0, "clicks"),  # another session's cart is not its own
    )
    rows = recall(Revisit(decay=0.5, waiting=8.0), asked, 20, tmp_path)
    assert rows == [(0, 1, 1, 1.75), (0, 4, 2, 1.0), (0, 2, 3, 0.625), (0, 3, 4, 0.5), (1, 1, 1, 1.0)]


def test_long_session_keeps_its_first_item(tmp_path):
    asked = prefixes((0, 5, 0, "clicks"), *((0, 1, minute, "clicks") for minute in range(1, 300)))
    assert [(item, rank) for _, item, rank, _ in recall(Revisit(), asked, 20, tmp_path)] == [(1, 1), (5, 2)]


def test_fit_writes_nothing(tmp_path):
    history = History(events((0, 1, 0, "clicks")).lazy(), at(1))
    assert Revisit().fit(history, {}, tmp_path) == Fitted(tmp_path)
    assert list(tmp_path.iterdir()) == []


WEIGHED = {"clicks": 1.3, "carts": 3.0, "orders": 0.0}


@settings(max_examples=40, deadline=None)
@given(
    sessions=st.lists(VISITS, min_size=1, max_size=3),
    decay=st.sampled_from([0.3, 0.85, 1.0]),
    weights=WEIGHTS,
    waiting=st.sampled_from([0.5, 1.0, 1000.0]),
)
def test_equals_plain_python(tmp_path_factory, sessions, decay, weights, waiting):
    asked = visited(sessions)
    expected = []
    for query, visits in enumerate(sessions):
        sums = prefix_weights(visits, math.inf, decay, weights)
        scores = {item: total / ONE * (waiting if waits(visits, item) else 1.0) for item, total in sums.items()}
        expected += [(query, *row) for row in best(scores, 3)]
    source = Revisit(decay=decay, type_weights=weights, waiting=waiting)
    assert recall(source, asked, 3, tmp_path_factory.getbasetemp()) == expected


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), events=st.integers(1, 300), decay=st.sampled_from([0.97, 0.713, 0.05]))
def test_long_sessions_equal_expressions_over_tables(tmp_path_factory, seed, events, decay):
    dice = random.Random(seed)
    asked = visited([[(dice.randrange(60), dice.choice(list(WEIGHED))) for _ in range(n)] for n in (events, 3)])
    source = Revisit(decay=decay, type_weights=WEIGHED, waiting=1.7)
    expected = recalling.revisit(asked.lazy(), 40, decay=decay, weights=WEIGHED, waiting=1.7)
    assert recall(source, asked, 40, tmp_path_factory.getbasetemp()) == expected.collect().rows()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"decay": 0.0}, "`decay` must lie above 0 and at most at 1, got 0.0"),
        ({"decay": 1.1}, "`decay` must"),
        ({"type_weights": {"views": 1.0}}, "`type_weights` must give .*'views'"),
        ({"type_weights": {"clicks": -1.0}}, "`type_weights` must"),
        ({"waiting": 0.0}, "`waiting` must be a finite number above 0, got 0.0"),
        ({"waiting": math.inf}, "`waiting` must"),
    ],
)
def test_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        Revisit(**wrong)
