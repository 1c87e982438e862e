import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from data.popularity import fill_up, popular_items
from evaluation.baselines import revisit_popular
from tests.oracle.frames import events, prefixes

U32 = pl.UInt32
LISTS = st.dictionaries(st.integers(0, 3), st.lists(st.integers(0, 9), unique=True, min_size=1, max_size=6), max_size=4)


def lists_of(lists):
    rows = [(query, item, rank) for query, items in lists.items() for rank, item in enumerate(items, 1)]
    return pl.LazyFrame(rows, schema={"query": U32, "item": U32, "rank": pl.UInt16}, orient="row")


def asked(*queries):
    return pl.LazyFrame({"query": queries}, schema={"query": U32})


def popular(*items):
    return pl.LazyFrame({"item": items, "place": range(len(items))}, schema={"item": U32, "place": U32})


def test_popular_items_by_events_then_item():
    history = events((0, 4, 0, "clicks"), (0, 7, 1, "clicks"), (0, 2, 2, "carts"), (1, 7, 0, "orders")).lazy()
    assert popular_items(history, 2).collect().rows() == [(7, 0), (2, 1)]
    assert popular_items(history, 9).collect()["item"].to_list() == [7, 2, 4]
    assert popular_items(history.filter(pl.col("item") == 0), 9).collect().is_empty()


def test_fill_up_by_hand():
    filled = fill_up(lists_of({0: [5, 1], 1: [8, 7, 6, 5]}), asked(2, 0, 1), popular(5, 6, 7, 8, 9, 4), 3).collect()
    assert filled.schema == {"query": U32, "item": U32, "rank": pl.UInt16, "filled": pl.Boolean}
    assert filled.rows() == [
        (0, 5, 1, False),
        (0, 1, 2, False),
        (0, 6, 3, True),
        (1, 8, 1, False),
        (1, 7, 2, False),
        (1, 6, 3, False),
        (2, 5, 1, True),
        (2, 6, 2, True),
        (2, 7, 3, True),
    ]


def test_fill_up_ends_with_the_catalogue():
    assert fill_up(lists_of({0: [5]}), asked(0), popular(5, 6), 20).collect()["item"].to_list() == [5, 6]


@settings(max_examples=40, deadline=None)
@given(lists=LISTS, order=st.permutations(range(10)), n=st.integers(1, 5))
def test_fill_up_equals_plain_python(lists, order, n):
    filled = fill_up(lists_of(lists), asked(*range(5)), popular(*order), n).collect()
    expected = []
    for query in range(5):
        own = lists.get(query, [])[:n]
        whole = (own + [item for item in order if item not in own])[:n]
        expected += [(query, item, rank, rank > len(own)) for rank, item in enumerate(whole, 1)]
    assert filled.rows() == expected


def test_revisit_popular_goes_back_through_the_session():
    seen = prefixes((0, 5, 0, "clicks"), (0, 6, 1, "clicks"), (0, 5, 2, "carts"), (1, 9, 0, "clicks"))
    rows = revisit_popular(seen.lazy(), asked(0, 1, 2), popular(9, 6)).collect()
    assert rows.rows() == [(0, 5, 1), (0, 6, 2), (0, 9, 3), (1, 9, 1), (1, 6, 2), (2, 9, 1), (2, 6, 2)]


def test_revisit_popular_shows_twenty():
    seen = prefixes(*((0, item, item, "clicks") for item in range(30)))
    rows = revisit_popular(seen.lazy(), asked(0), popular(*range(41))).collect()
    assert rows["item"].to_list() == list(range(29, 9, -1))
