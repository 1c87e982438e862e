"""Rows of a history found by hand, and against a search through all of them."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.group import feature_group
from features.kernels.history import fill_rows
from features.opened.history_table import open_history_table

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_MS = 86_400_000


def opened(scope, rows, names, as_of=False, zeros=()):
    def seen(history: pl.LazyFrame) -> pl.LazyFrame:
        return history

    keys = {name: pl.UInt32 for name in names if name != "ts" and "__" not in name}
    types = keys | {"ts": pl.Datetime("ms", "UTC")} | {name: pl.Float32 for name in names if "__" in name}
    table = pl.LazyFrame(rows, schema={name: types[name] for name in names}, orient="row")
    return open_history_table(feature_group(scope=scope, as_of=as_of, zeros=zeros)(seen), table)


def found(table, first, second=(), moment=()):
    """The features of each asked key."""
    room = np.empty((len(table.missing), len(first)), np.float32)
    fill_rows(*table, *(np.array(keys, np.int64) for keys in (first, second, moment)), room)
    return [[None if np.isnan(value) else value for value in row] for row in room.T.tolist()]


def day(number):
    return EPOCH + timedelta(days=number)


def test_by_code():
    table = opened("item", [(4, 1.5, None), (1, None, 2.5)], ["item", "seen__x", "seen__n"], zeros=("n",))
    assert found(table, [1, 4, 0, 5, -1]) == [[None, 2.5], [1.5, 0], [None, 0], [None, 0], [None, 0]]


def test_by_two_codes():
    table = opened("user_item", [(1, 9, 1.0), (1, 3, 2.0), (2, 3, 3.0)], ["user", "item", "seen__x"])
    assert found(table, [1, 1, 1, 2, 3, -1], [9, 3, 4, 3, 3, 3]) == [[1], [2], [None], [3], [None], [None]]


def test_as_of_strictly_before():
    rows = [(1, day(5), 1.0), (1, day(7), 2.0), (2, day(6), 3.0)]
    table = opened("user", rows, ["user", "ts", "seen__x"], as_of=True)
    moments = [5 * DAY_MS, 6 * DAY_MS, 7 * DAY_MS, 7 * DAY_MS + 1, 6 * DAY_MS, 99 * DAY_MS]
    assert found(table, [1, 1, 1, 1, 2, 2], [], moments) == [
        [None, None],
        [1, 1],
        [1, 2],
        [2, pytest.approx(1 / DAY_MS)],
        [None, None],
        [3, 93],
    ]


def test_rows_without_a_key_are_nobodys():
    table = opened("user", [(None, 1.0), (0, 2.0)], ["user", "seen__x"])
    assert found(table, [-1, 0]) == [[None], [2]]


def test_no_rows():
    table = opened("user_item", [], ["user", "item", "ts", "seen__x"], as_of=True)
    assert found(table, [0, 1], [0, 1], [5, 5]) == [[None, None]] * 2


def test_refuses_a_key_with_two_rows():
    with pytest.raises(ValueError, match="`seen` must have one row a key, got 1 more"):
        opened("user_item", [(1, 2, 1.0), (2, 2, 1.0), (1, 2, 3.0)], ["user", "item", "seen__x"])


KEYS = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(-2, 4))


@settings(max_examples=80, deadline=None)
@given(rows=st.sets(KEYS, max_size=20), asked=st.lists(KEYS, min_size=1, max_size=9))
def test_is_a_search_through_all_rows(rows, asked):
    told = [(user, item, day(ts), number) for number, (user, item, ts) in enumerate(rows)]
    table = opened("user_item", told, ["user", "item", "ts", "seen__x"], as_of=True)
    numbers = {key: number for number, key in enumerate(rows)}
    expected = []
    for user, item, moment in asked:
        before = max((key for key in rows if key[:2] == (user, item) and key[2] < moment), default=None)
        expected.append([numbers[before], moment - before[2]] if before else [None, None])
    firsts, seconds, moments = zip(*asked, strict=True)
    assert found(table, firsts, seconds, [moment * DAY_MS for moment in moments]) == expected
