import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.fusion import Fusion
from candidates.proposals import Proposals
from candidates.union import in_order, unite
from data.candidates import Candidates
from ranker.dataset import by_column
from ranker.first_stage import votes
from ranker.lambdarank import features_of
from ranker.votes_kernel import codes_of, vote_columns

QUERY = np.array([1, 5, 6], np.uint32)


def united(lists, weights) -> Candidates:
    """Candidates of members that propose lists of (item, score), a list a query."""
    proposals = {}
    for name, queries in lists.items():
        starts = np.cumsum([0, *(len(rows) for rows in queries)]).astype(np.int64)
        items, scores = ([row[i] for rows in queries for row in rows] for i in range(2))
        proposals[name] = Proposals(starts, np.array(items, np.int64), np.array(scores, np.float32))
    return unite(proposals, Fusion(weights, 5.0))


def columns_of(candidates, names):
    return vote_columns(candidates, *codes_of(names, candidates.members))


def test_by_hand():
    candidates = united({"a": [[(5, 4.0), (6, 1.0)]], "b": [[(6, 0.0)]]}, {"a": 1.0, "b": 1.0})
    assert candidates.item.tolist() == [6, 5]
    names = ["a__share", "b__share", "b__rank", "source_votes__mean_rank", "source_votes__members", "fused__rank"]
    found = columns_of(candidates, names)
    np.testing.assert_array_equal(
        found, np.array([[0.25, 1], [np.nan] * 2, [1, np.nan], [1.5, 1], [2, 1], [1, 2]], np.float32)
    )


def test_a_column_of_another_member_is_unknown():
    with pytest.raises(KeyError, match="c__rank"):
        codes_of(["a__rank", "c__rank"], ["a", "b"])


SCORES = st.sampled_from([-0.5, 0.0, 0.1, 0.3, 2.0, 7.5])
QUERIES = st.lists(
    st.lists(st.tuples(st.integers(0, 20), SCORES), unique_by=lambda row: row[0], max_size=12), min_size=3, max_size=3
)


@settings(max_examples=60, deadline=None)
@given(lists=st.dictionaries(st.sampled_from("abcde"), QUERIES, min_size=1), seed=st.integers(0, 99))
def test_equals_expressions_over_tables(lists, seed):
    dice = np.random.default_rng(seed)
    candidates = united(lists, {name: round(dice.random(), 2) for name in lists})
    for ordered in (candidates, in_order(candidates, dice.integers(-3, 3, len(candidates.item)).astype(np.float64))):
        rows = votes(ordered.frame(QUERY).lazy()).collect()
        names = features_of(rows.lazy())
        expected = by_column(rows, names)
        # tables add reciprocals in no fixed order: that may show in the last bit of an f64, and in no f32 here
        np.testing.assert_array_equal(columns_of(ordered, names), expected)
