import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.moment_order import _by_group, drawn_places, text_hash


def places(rows):
    """The drawn order of (session, second, type, item), which come by session and second."""
    session, ts, kind, item = (pl.Series(column) for column in zip(*rows, strict=True))
    return drawn_places(session, ts, kind, (text_hash(session), text_hash(item))).tolist()


def test_only_events_of_one_type_of_one_moment_change_places():
    rows = [("a", 1, 0, 7), ("a", 1, 1, 7), ("a", 1, 0, 8), ("a", 2, 0, 1), ("a", 2, 0, 2), ("b", 2, 0, 3)]
    order = places(rows)
    assert [rows[place][:3] for place in order] == [row[:3] for row in rows]
    assert sorted(order) == list(range(6))


def test_an_order_is_that_of_the_session_and_not_of_the_catalogue():
    baskets = {name: [(name, 1, 0, item) for item in range(30)] for name in ("a", "b")}
    assert places(baskets["a"]) != places(baskets["b"])


def test_numbers_and_texts_are_drawn_alike():
    assert text_hash(pl.Series([7, 12])).to_list() == text_hash(pl.Series(["7", "12"])).to_list()


@given(st.permutations(range(8)))
def test_the_files_order_changes_nothing(items):
    drawn = [items[place] for place in places([("a", 1, 0, item) for item in items])]
    assert drawn == places([("a", 1, 0, item) for item in range(8)])


def test_no_events_have_no_order():
    none = pl.Series([], dtype=pl.Int64)
    hashes = pl.Series([], dtype=pl.UInt64)
    assert drawn_places(none, none, none, (hashes, hashes)).tolist() == []


@pytest.mark.parametrize("groups", [1, 3, 2**40])
@given(rows=st.lists(st.tuples(st.integers(0, 2**40), st.integers(0, 3), st.booleans()), max_size=12))
def test_groups_are_ordered_by_every_bit_of_what_is_drawn(groups, rows):
    group = np.array([number % groups for number, _, _ in rows], dtype=np.int64)
    drawn = np.array([low + (high << 63) for _, low, high in rows], dtype=np.uint64)
    assert _by_group(group, drawn).tolist() == np.lexsort((drawn, group)).tolist()
