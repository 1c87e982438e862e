import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from candidates.algorithms import products
from candidates.algorithms.products import ROWS_AT_ONCE, Products

WHOLE = st.integers(-3, 3)  # products of small whole numbers are exact, and often equal


def by_hand(rows, items, k):
    found = []
    for vector in rows:
        scores = [(-sum(a * b for a, b in zip(vector, other, strict=True)), i) for i, other in enumerate(items)]
        found.append([(item, -score) for score, item in sorted(scores)[:k]])
    return found


def row(found, number):
    inside = slice(found.starts[number], found.starts[number + 1])
    return found.items[inside].tolist(), found.scores[inside].tolist()


def vectors(least):
    return st.lists(st.tuples(WHOLE, WHOLE), min_size=least, max_size=12)


@pytest.mark.parametrize("tile", [2, 5, 65_536])
@settings(max_examples=40, deadline=None)
@given(rows=vectors(0), items=vectors(1), k=st.integers(1, 14))
def test_equals_looking_at_all(rows, items, k, tile):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(products, "ITEMS_AT_ONCE", tile)
        found = Products(np.array(items, dtype=np.float32)).largest(np.array(rows, np.float32).reshape(-1, 2), k)
    assert found.scores.dtype == np.float32
    assert len(found.starts) == len(rows) + 1
    assert [list(zip(*row(found, n), strict=True)) for n in range(len(rows))] == by_hand(rows, items, k)


def test_no_items_give_nothing():
    found = Products(np.empty((0, 3), dtype=np.float32)).largest(np.ones((2, 3), dtype=np.float32), 5)
    assert found.starts.tolist() == [0, 0, 0]
    assert not len(found.items)


@pytest.mark.parametrize("factors", [1, 3, 64, 131])
@pytest.mark.parametrize("count", [2, 13, 1_001])
def test_other_rows_do_not_matter(count, factors):
    """To the last bit, whether a row is alone, among a few, elsewhere in its block, or in another block."""
    dice = np.random.default_rng(count)
    rows = dice.normal(size=(2 * ROWS_AT_ONCE + 7, factors)).astype(np.float32)
    asked = Products(dice.normal(size=(count, factors)).astype(np.float32))
    together = asked.largest(rows, 5)
    order = dice.permutation(len(rows))
    mixed = asked.largest(rows[order], 5)
    assert all(row(mixed, place) == row(together, number) for place, number in enumerate(order.tolist()))
    for number in range(0, len(rows), 17):
        assert row(asked.largest(rows[number : number + 1], 5), 0) == row(together, number)
    for few in (2, 5, 31):
        some = asked.largest(rows[-few:], 5)
        assert [row(some, n) for n in range(few)] == [row(together, len(rows) - few + n) for n in range(few)]


def test_a_number_of_rows_that_changes_a_bit_is_not_taken(monkeypatch):
    items = np.random.default_rng(1).normal(size=(50, 8)).astype(np.float32)
    exact = Products(items)
    assert exact._few <= ROWS_AT_ONCE

    class OneBitOff(np.ndarray):
        """A BLAS that adds otherwise where it gets other than whole blocks."""

        def __array_ufunc__(self, ufunc, method, *inputs, **how):
            plain = [np.asarray(i) for i in inputs]
            found = getattr(ufunc, method)(*plain, **how)
            return found if len(plain[0]) == ROWS_AT_ONCE else np.nextafter(found, np.float32(np.inf))

    monkeypatch.setattr(products.np, "ascontiguousarray", lambda rows: rows.copy())
    assert Products(items.view(OneBitOff))._few == ROWS_AT_ONCE
    assert_array_equal(exact.items, items.T)
