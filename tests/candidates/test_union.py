import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from candidates.fusion import Fusion
from candidates.proposals import Proposals
from candidates.union import in_order, members_of, unite
from data.schema import CandidateKeys, check_wide
from tests.oracle import recalling

QUERY = np.array([4, 7], np.uint32)


def proposed(*queries):
    """Proposals of queries that are lists of (item, score)."""
    starts = np.cumsum([0, *(len(rows) for rows in queries)])
    items, scores = ([row[i] for rows in queries for row in rows] for i in range(2))
    return Proposals(starts.astype(np.int64), np.array(items, np.int64), np.array(scores, np.float32))


A = proposed([(1, 0.9), (2, 0.5)], [(7, 0.3)])
B = proposed([(2, 8.0), (3, 6.0)], [])


def test_one_row_an_item_with_every_members_votes():
    united = unite({"a": A, "b": B}, Fusion({"a": 1.0, "b": 2.0}))
    frame = united.frame(QUERY)
    check_wide(frame, CandidateKeys)
    assert frame.select("query", "item", "a__rank", "a__score", "b__rank", "b__score", "fused__rank").rows() == [
        (4, 2, 2, 0.5, 1, 8.0, 1),
        (4, 3, None, None, 2, 6.0, 2),
        (4, 1, 1, pytest.approx(0.9), None, None, 3),
        (7, 7, 1, pytest.approx(0.3), None, None, 1),
    ]
    assert united.fused_score.tolist() == pytest.approx([1 / 62 + 2 / 61, 2 / 62, 1 / 61, 1 / 61])


def test_members_are_named_in_their_order():
    united = unite({"b": B, "a": A}, Fusion({}))
    frame = united.frame(QUERY)
    assert members_of(frame) == members_of(frame.lazy()) == ["b", "a"]


def test_members_without_a_weight_count_nothing_and_ties_go_by_item():
    assert unite({"b": B, "a": A}, Fusion({})).item.tolist() == [1, 2, 3, 7]
    united = unite({"b": B, "a": A}, Fusion({"a": 1.0}))
    assert united.item.tolist() == [1, 2, 3, 7]
    assert united.fused_score.tolist()[2] == 0.0


def test_a_member_that_is_weighed_must_propose():
    with pytest.raises(KeyError, match=r"fusion weighs \['c'\], which are not among the members \['a'\]"):
        unite({"a": A}, Fusion({"c": 1.0}))


def test_nothing_proposed():
    united = unite({"a": proposed([], []), "b": proposed([], [])}, Fusion({"a": 1.0}))
    check_wide(united.frame(QUERY), CandidateKeys)
    assert united.starts.tolist() == [0, 0, 0]


LISTS = st.lists(st.lists(st.integers(0, 30), unique=True, max_size=20), min_size=3, max_size=3)


@settings(max_examples=60, deadline=None)
@given(
    lists=st.lists(LISTS, min_size=1, max_size=5),
    weights=st.permutations([("0", 0.3), ("1", 1.0), ("2", 0.0), ("3", 0.7), ("4", 0.1)]),
    offset=st.sampled_from([0.0, 3.0, 60.0]),
)
def test_equals_expressions_over_tables(lists, weights, offset):
    query = np.array([2, 5, 6], np.uint32)
    proposals = {
        str(n): proposed(*([(item, 1 / (i + 3)) for i, item in enumerate(items)] for items in queries))
        for n, queries in enumerate(lists)
    }
    fusion = Fusion({name: weight for name, weight in weights if name in proposals}, offset)
    frames = {name: one.frame(query).lazy() for name, one in proposals.items()}
    expected = fusion(recalling.unite(frames)).collect()
    assert_frame_equal(unite(proposals, fusion).frame(query), expected, check_exact=True)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 500), st.integers(-3, 3)), unique_by=lambda r: r[0]), max_size=4))
def test_another_order_by_score_then_item(queries):
    united = unite({"a": proposed(*([(item, 1.0) for item, _ in rows] for rows in queries))}, Fusion({"a": 1.0}))
    scores = {(q, item): float(score) for q, rows in enumerate(queries) for item, score in rows}
    of_row = np.repeat(np.arange(len(queries)), np.diff(united.starts)).tolist()
    ordered = in_order(united, np.array([scores[pair] for pair in zip(of_row, united.item.tolist(), strict=True)]))
    expected = [item for rows in queries for item, _ in sorted(rows, key=lambda row: (-row[1], row[0]))]
    assert ordered.item.tolist() == expected
    assert ordered.fused_score.tolist() == [scores[pair] for pair in zip(of_row, expected, strict=True)]
    place = {(q, item): i + 1 for q, rows in enumerate(queries) for i, (item, _) in enumerate(rows)}
    assert ordered.rank[0].tolist() == [place[pair] for pair in zip(of_row, expected, strict=True)]


def test_many_equal_scores_are_in_the_items_order():
    items = np.random.default_rng(1).permutation(5_000)
    united = unite({"a": proposed([(item, 1.0) for item in items.tolist()])}, Fusion({}))
    assert united.item.tolist() == list(range(5_000))
    assert united.frame(QUERY[:1])["a__rank"].to_list() == (np.argsort(items) + 1).tolist()
