import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.schema import TYPES, TypeEnum
from evaluation.recall import next_click, recall_at
from tests.oracle import recall as oracle
from tests.oracle.frames import labels

ITEMS = st.integers(0, 9)
LISTS = st.dictionaries(st.tuples(st.integers(0, 3), st.sampled_from(TYPES)), st.lists(ITEMS, max_size=8), max_size=8)
TRUTH = st.dictionaries(
    st.tuples(st.integers(0, 4), st.sampled_from(TYPES)), st.sets(ITEMS, min_size=1, max_size=6), max_size=9
)


def ranked(*rows):
    """Rows of (query, item, rank)."""
    schema = {"query": pl.UInt32, "item": pl.UInt32, "rank": pl.UInt8}
    return pl.LazyFrame(list(rows), schema=schema, orient="row")


def typed(lists):
    """RANKED's columns of items in order by (query, type); a repeated item keeps both its places."""
    rows = [(q, kind, item, rank) for (q, kind), items in lists.items() for rank, item in enumerate(items, 1)]
    schema = {"query": pl.UInt32, "type": TypeEnum, "item": pl.UInt32, "rank": pl.UInt8}
    return pl.LazyFrame(rows, schema=schema, orient="row")


def test_by_hand():
    truth = labels(
        (0, "clicks", 1), (0, "carts", 1), (0, "carts", 9), (0, "orders", 9), (1, "clicks", 5), (1, "orders", 3)
    )
    shown = ranked((0, 1, 1), (0, 2, 2), (1, 4, 1), (1, 3, 2), (1, 5, 3))
    # clicks: 1 of 2 within two places; carts: 1 of 2; orders: 1 of 2
    found = recall_at(shown, truth.lazy(), 2)
    assert found == {"clicks": 0.5, "carts": 0.5, "orders": 0.5, "total": pytest.approx(0.5)}
    assert recall_at(shown, truth.lazy(), 3)["clicks"] == 1.0


def test_lists_by_type_answer_their_own_type():
    truth = labels((0, "clicks", 1), (0, "carts", 1), (0, "orders", 1))
    found = recall_at(typed({(0, "carts"): [1]}), truth.lazy(), 20)
    assert found == {"clicks": 0.0, "carts": 1.0, "orders": 0.0, "total": pytest.approx(0.3)}


def test_query_without_predictions_counts():
    truth = labels((0, "clicks", 1), (1, "clicks", 1))
    assert recall_at(ranked((0, 1, 1)), truth.lazy(), 20)["clicks"] == 0.5
    assert recall_at(ranked(), truth.lazy(), 20)["clicks"] == 0.0


def test_item_zero_is_an_item():
    assert recall_at(ranked((0, 0, 1)), labels((0, "clicks", 0)).lazy(), 20)["clicks"] == 1.0


def test_duplicates_waste_their_place():
    truth = labels((0, "clicks", 1), (1, "clicks", 7))
    shown = ranked((0, 1, 1), (0, 1, 2), (1, 1, 1), (1, 1, 2), (1, 7, 3))
    assert recall_at(shown, truth.lazy(), 2)["clicks"] == 0.5


def test_more_labels_than_places_can_be_recalled_in_full():
    truth = labels(*((0, "orders", item) for item in range(25)))
    shown = ranked(*((0, item, item + 1) for item in range(22)))
    assert recall_at(shown, truth.lazy(), 20)["orders"] == 1.0
    assert recall_at(shown.filter(pl.col("rank") <= 10), truth.lazy(), 20)["orders"] == 0.5


def test_type_without_labels_is_null_and_so_is_the_total():
    found = recall_at(ranked((0, 1, 1)), labels((0, "clicks", 1), (0, "carts", 1)).lazy(), 20)
    assert found == {"clicks": 1.0, "carts": 1.0, "orders": None, "total": None}
    assert set(recall_at(ranked((0, 1, 1)), labels().lazy(), 20).values()) == {None}


@settings(max_examples=60, deadline=None)
@given(lists=LISTS, truth=TRUTH, k=st.integers(1, 7))
def test_equals_plain_python(lists, truth, k):
    rows = labels(*((query, kind, item) for (query, kind), items in truth.items() for item in items))
    found = recall_at(typed(lists), rows.lazy(), k)
    assert found == pytest.approx(oracle.recall_at(lists, truth, k), abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(lists=st.dictionaries(st.integers(0, 3), st.lists(ITEMS, max_size=8), max_size=4), truth=TRUTH)
def test_one_list_for_all_types_is_three_equal_lists(lists, truth):
    rows = labels(*((query, kind, item) for (query, kind), items in truth.items() for item in items)).lazy()
    one = ranked(*((query, item, rank) for query, items in lists.items() for rank, item in enumerate(items, 1)))
    three = typed({(query, kind): items for query, items in lists.items() for kind in TYPES})
    assert recall_at(one, rows, 4) == recall_at(three, rows, 4)


def test_next_click_by_hand():
    truth = labels((0, "clicks", 5), (1, "clicks", 5), (2, "clicks", 5), (3, "clicks", 5), (0, "carts", 6)).lazy()
    shown = ranked((0, 5, 1), (1, 4, 1), (1, 5, 4), (2, 6, 1))
    found = next_click(shown, truth, cuts=(1, 4))
    assert found == {"HR@1": 0.25, "HR@4": 0.5, "MRR@1": 0.25, "MRR@4": (1 + 1 / 4) / 4}
    assert list(found) == ["HR@1", "HR@4", "MRR@1", "MRR@4"]


def test_next_click_that_is_a_repeat_counts():
    assert next_click(ranked((0, 5, 2), (0, 1, 1)), labels((0, "clicks", 5)).lazy())["MRR@10"] == 0.5


def test_next_click_duplicates_count_at_their_first_place_and_waste_the_second():
    truth = labels((0, "clicks", 5), (1, "clicks", 5)).lazy()
    shown = ranked((0, 5, 1), (0, 5, 2), (1, 4, 1), (1, 4, 2), (1, 5, 3))
    assert next_click(shown, truth, cuts=(2, 3)) == {
        "HR@2": 0.5,
        "HR@3": 1.0,
        "MRR@2": 0.5,
        "MRR@3": (1 + 1 / 3) / 2,
    }


def test_next_click_ties_count_against_us():
    truth = labels((0, "clicks", 5)).lazy()
    tied = ranked((0, 4, 1), (0, 5, 1), (0, 6, 1))
    assert next_click(tied, truth, cuts=(2, 3)) == {"HR@2": 0.0, "HR@3": 1.0, "MRR@2": 0.0, "MRR@3": 1 / 3}


def test_next_click_without_labels_is_null():
    found = next_click(ranked((0, 1, 1)), labels((0, "carts", 1)).lazy())
    assert found == {"HR@10": None, "HR@20": None, "MRR@10": None, "MRR@20": None}


@settings(max_examples=40, deadline=None)
@given(
    lists=st.dictionaries(st.integers(0, 4), st.lists(ITEMS, max_size=8), max_size=5),
    wanted=st.dictionaries(st.integers(0, 5), ITEMS, min_size=1, max_size=6),
    k=st.integers(1, 8),
)
def test_next_click_equals_plain_python(lists, wanted, k):
    places = [
        lists.get(query, []).index(item) + 1 if item in lists.get(query, []) else 99 for query, item in wanted.items()
    ]
    shown = ranked(*((query, item, rank) for query, items in lists.items() for rank, item in enumerate(items, 1)))
    truth = labels(*((query, "clicks", item) for query, item in wanted.items())).lazy()
    assert next_click(shown, truth, cuts=(k,)) == pytest.approx(
        {
            f"HR@{k}": sum(place <= k for place in places) / len(places),
            f"MRR@{k}": sum(1 / place for place in places if place <= k) / len(places),
        }
    )
