import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from candidates.algorithms import products
from candidates.algorithms.products import ROWS_AT_ONCE, largest_products

WHOLE = st.integers(-3, 3)  # products of small whole numbers are exact, and often equal


def by_hand(rows, items, k):
    found = []
    for row, vector in enumerate(rows):
        scores = [(-sum(a * b for a, b in zip(vector, other, strict=True)), i) for i, other in enumerate(items)]
        found += [(row, item, rank, -score) for rank, (score, item) in enumerate(sorted(scores)[:k], 1)]
    return found


def vectors(least):
    return st.lists(st.tuples(WHOLE, WHOLE), min_size=least, max_size=12)


@pytest.mark.parametrize("tile", [2, 5, 65_536])
@settings(max_examples=40, deadline=None)
@given(rows=vectors(0), items=vectors(1), k=st.integers(1, 14))
def test_equals_looking_at_all(rows, items, k, tile):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(products, "ITEMS_AT_ONCE", tile)
        found = largest_products(
            np.array(rows, dtype=np.float32).reshape(-1, 2), np.array(items, dtype=np.float32), k
        ).collect()
    assert found.schema == {"row": pl.UInt32, "item": pl.UInt32, "rank": pl.UInt16, "score": pl.Float32}
    assert found.rows() == by_hand(rows, items, k)


def test_no_items_give_nothing():
    rows, items = np.ones((2, 3), dtype=np.float32), np.empty((0, 3), dtype=np.float32)
    assert largest_products(rows, items, 5).collect().is_empty()


@pytest.mark.parametrize("factors", [1, 3, 64, 131])
@pytest.mark.parametrize("count", [2, 13, 1_001])
def test_other_rows_do_not_matter(count, factors):
    """To the last bit, whether a row is alone, elsewhere in its block, or in another block."""
    dice = np.random.default_rng(count)
    rows = dice.normal(size=(2 * ROWS_AT_ONCE + 7, factors)).astype(np.float32)
    items = dice.normal(size=(count, factors)).astype(np.float32)
    together = largest_products(rows, items, 5).collect()
    order = dice.permutation(len(rows))
    mixed = largest_products(rows[order], items, 5).collect()
    place = pl.Series(order, dtype=pl.UInt32)
    assert_frame_equal(
        together, mixed.with_columns(row=pl.lit(place).gather("row")).sort("row", "rank"), check_exact=True
    )
    for row in range(0, len(rows), 17):
        alone = largest_products(rows[row : row + 1], items, 5).collect()
        assert_frame_equal(alone.drop("row"), together.filter(pl.col("row") == row).drop("row"), check_exact=True)
