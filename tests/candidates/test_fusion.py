import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.fusion import Fusion
from candidates.union import members_of
from data.schema import CandidateKeys, Proposals, check_wide
from tests.oracle.frames import table
from tests.oracle.recalling import unite

LISTS = st.dictionaries(st.integers(0, 2), st.lists(st.integers(0, 5), unique=True, max_size=5), max_size=3)


def proposed(*rows):
    return table(Proposals, *rows).lazy()


A = proposed((0, 1, 1, 0.9), (0, 2, 2, 0.5), (1, 7, 1, 0.3))
B = proposed((0, 2, 1, 8.0), (0, 3, 2, 6.0))


def test_fused_order_sums_reciprocal_ranks():
    rows = Fusion({"a": 1.0, "b": 2.0})(unite({"a": A, "b": B})).collect()
    check_wide(rows, CandidateKeys)
    assert rows.select("query", "item", "fused__rank").rows() == [(0, 2, 1), (0, 3, 2), (0, 1, 3), (1, 7, 1)]
    scores = [1 / 62 + 2 / 61, 2 / 62, 1 / 61, 1 / 61]
    assert rows["fused__score"].to_list() == pytest.approx(scores, rel=1e-6)


def test_member_without_a_weight_counts_nothing_and_ties_go_by_item():
    rows = Fusion({"a": 1.0, "b": 2.0}).without("a")(unite({"a": A, "b": B})).collect()
    assert rows.select("query", "item", "fused__rank").rows() == [(0, 2, 1), (0, 3, 2), (0, 1, 3), (1, 7, 1)]
    assert rows["fused__score"].to_list()[2:] == [0.0, 0.0]
    assert Fusion({})(unite({"a": A, "b": B})).collect()["item"].to_list() == [1, 2, 3, 7]


def test_empty_proposals_keep_their_columns():
    rows = Fusion({"a": 1.0, "b": 1.0})(unite({"a": proposed(), "b": proposed()})).collect()
    assert rows.is_empty()
    check_wide(rows, CandidateKeys)
    assert members_of(rows) == members_of(rows.lazy()) == ["a", "b"]


@settings(max_examples=40, deadline=None)
@given(
    a=LISTS,
    b=LISTS,
    weights=st.tuples(*[st.sampled_from([0.0, 0.5, 1.0, 4.0])] * 2),
    offset=st.sampled_from([0, 5, 60]),
)
def test_equals_plain_python(a, b, weights, offset):
    tables = {
        name: proposed(*((q, item, rank, 1.0) for q, items in lists.items() for rank, item in enumerate(items, 1)))
        for name, lists in (("a", a), ("b", b))
    }
    expected = []
    for query in sorted({*a, *b}):
        scores = {}
        for lists, weight in ((a, weights[0]), (b, weights[1])):
            for rank, item in enumerate(lists.get(query, []), 1):
                scores[item] = scores.get(item, 0.0) + weight / (offset + rank)
        expected += [(query, item) for item in sorted(scores, key=lambda item: (-scores[item], item))]
    rows = Fusion({"a": weights[0], "b": weights[1]}, offset)(unite(tables)).collect()
    assert rows.select("query", "item").rows() == expected


@pytest.mark.parametrize(("name", "value"), [("offset", -1.0), ("weights", {"a": -0.5})])
def test_refuses_what_is_out_of_range(name, value):
    with pytest.raises(ValueError, match=f"`{name}` must be 0 or more"):
        Fusion(**({"weights": {}} | {name: value}))
