import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.algorithms.votes import NeighbourRecall
from data.schema import Neighbours
from data.visible import visible_of
from tests.oracle import recalling, votes
from tests.oracle.frames import prefixes, table, visited

TYPES = ["clicks", "carts", "orders"]
ITEMS = st.integers(0, 4)
VISITS = st.lists(st.tuples(ITEMS, st.sampled_from(TYPES)), min_size=1, max_size=8)


def neighbours(*rows):
    return table(Neighbours, *rows)


TABLE = neighbours((1, 2, 1, 1.0), (1, 3, 2, 0.5), (2, 3, 1, 0.5), (2, 1, 2, 0.25))


def recall(how, asked, rows, k=20):
    visible = visible_of(asked)
    return how.open(rows.lazy())(visible, k).frame(visible.query).rows()


def test_votes_are_summed():
    asked = prefixes((0, 1, 0, "clicks"), (0, 2, 1, "clicks"), (0, 1, 2, "clicks"))
    # item 1 weighs 1 + 1/4, item 2 weighs 1/2
    assert recall(NeighbourRecall(decay=0.5), asked, TABLE) == [
        (0, 2, 1, 1.25),
        (0, 3, 2, 0.875),
        (0, 1, 3, 0.125),
    ]


def test_last_counts_events_and_type_weights_count_votes():
    asked = prefixes((0, 1, 0, "clicks"), (0, 2, 1, "carts"))
    assert recall(NeighbourRecall(last=1), asked, TABLE) == [(0, 3, 1, 0.5), (0, 1, 2, 0.25)]
    how = NeighbourRecall(decay=1.0, type_weights={"clicks": 0.0, "carts": 4.0})
    assert recall(how, asked, TABLE) == [(0, 3, 1, 2.0), (0, 1, 2, 1.0)]


def test_ties_go_by_item_and_k_cuts():
    three = neighbours((1, 9, 1, 0.5), (1, 4, 2, 0.5), (1, 6, 3, 0.5))
    assert recall(NeighbourRecall(), prefixes((3, 1, 0, "clicks")), three, 2) == [(3, 4, 1, 0.5), (3, 6, 2, 0.5)]


def test_type_left_out_weighs_one():
    assert recall(NeighbourRecall(type_weights={"carts": 2.0}), prefixes((0, 2, 0, "clicks")), TABLE, 1) == [
        (0, 3, 1, 0.5)
    ]


@settings(max_examples=50, deadline=None)
@given(
    sessions=st.lists(VISITS, min_size=1, max_size=3),
    scores=st.dictionaries(st.tuples(ITEMS, st.integers(0, 6)), st.sampled_from([0.1, 0.25, 0.7, 1.0]), max_size=15),
    last=st.integers(1, 9),
    decay=st.sampled_from([0.5, 0.8, 1.0]),
    weights=st.fixed_dictionaries(dict.fromkeys(TYPES, st.sampled_from([0.0, 0.4, 1.0, 3.0]))),
)
def test_equals_plain_python(sessions, scores, last, decay, weights):
    by_item = {}
    for (item, neighbour), score in scores.items():
        by_item.setdefault(item, {})[neighbour] = score
    best = {item: votes.best(its, 9) for item, its in by_item.items()}
    asked = visited(sessions)
    expected = [
        (query, *row)
        for query, visits in enumerate(sessions)
        for row in votes.recall(visits, best, 4, last=last, decay=decay, weights=weights)
    ]
    rows = neighbours(*((item, *row) for item, its in best.items() for row in its))
    assert recall(NeighbourRecall(last, decay, weights), asked, rows, 4) == expected
    by_tables = recalling.neighbours(asked.lazy(), rows.lazy(), 4, last=last, decay=decay, weights=weights)
    assert by_tables.collect().rows() == expected


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 9_999),
    events=st.integers(1, 150),
    last=st.sampled_from([1, 10, 70, 1_000]),
    decay=st.sampled_from([0.3, 0.8, 0.9731, 1.0]),
    k=st.sampled_from([1, 7, 200]),
)
def test_equals_expressions_over_tables(seed, events, last, decay, k):
    dice = np.random.default_rng(seed)
    pairs = {(int(dice.integers(30)), int(dice.integers(0, 300))): float(dice.random() ** 20) for _ in range(400)}
    rows = [(*pair, rank, score) for rank, (pair, score) in enumerate(pairs.items(), 1)]
    sessions = [[(int(dice.integers(35)), TYPES[dice.integers(3)]) for _ in range(n)] for n in (events, 1, 2)]
    asked, table, weights = visited(sessions), neighbours(*rows), {"clicks": 1.0, "carts": 2.7, "orders": 0.0}
    expected = recalling.neighbours(asked.lazy(), table.lazy(), k, last=last, decay=decay, weights=weights)
    assert recall(NeighbourRecall(last, decay, weights), asked, table, k) == expected.collect().rows()


def test_codes_that_no_list_is_of_have_no_votes():
    asked = visible_of(prefixes((0, 2, 0, "clicks"), (1, 4_000_000_000, 0, "clicks"), (2, 3, 0, "clicks")))
    unknown = asked._replace(item=np.where(asked.item == 3, -1, asked.item))
    found = NeighbourRecall().open(TABLE.lazy())(unknown, 5)
    assert found.starts.tolist() == [0, 2, 2, 2]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"last": 0}, "`last` must be at least 1, got 0"),
        ({"decay": 0.0}, "`decay` must lie above 0"),
        ({"decay": 1.5}, "`decay` must lie above 0"),
        ({"type_weights": {"carts": -1.0}}, "`type_weights` must"),
    ],
)
def test_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        NeighbourRecall(**wrong)
