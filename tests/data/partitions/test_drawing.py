"""Shares and caps of rows, by the hash of a key."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from data.partitions.drawing import SHIFT, Filling, bound_of, drawn


def test_the_hash_stays_what_it_is():  # FNV-1a, then splitmix64 eleven steps on, in plain Python
    assert drawn(pl.Series(["a", None])).to_list() == [5220050239751165800, 2**64 - 1]


def test_a_share_is_a_bound():
    assert bound_of(0.5) == 2**63
    assert bound_of(1.0) is None


@given(st.lists(st.lists(st.integers(0, 2**10 - 1)), max_size=8), st.integers(1, 12))
def test_what_is_filled_up(batches, most):
    filling = Filling(most)
    for batch in batches:
        filling.add(np.array(batch, np.uint64) << np.uint64(SHIFT))
    every = sorted(number for batch in batches for number in batch)
    assert filling.bound() == (every[most] << SHIFT if len(every) > most else None)


def test_rows_that_are_counted_as_one_lie_below_together():
    filling = Filling(2)
    filling.add(np.array([1, (1 << SHIFT) + 1, (1 << SHIFT) + 2, 1 << 63], np.uint64))
    assert filling.bound() == 1 << SHIFT  # the next two would be three
    some = Filling(4)
    some.add(np.array([1, (1 << SHIFT) + 1, (1 << SHIFT) + 2, 1 << 63], np.uint64))
    assert some.bound() is None
