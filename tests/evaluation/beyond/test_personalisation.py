"""How different lists are, against a look at every pair."""

from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.beyond.personalisation import personalisation


def lists(*rows):
    """A frame of lists."""
    pairs = [(query, item) for query, row in enumerate(rows) for item in row]
    return pl.LazyFrame(pairs, schema={"query": pl.UInt32, "item": pl.UInt32}, orient="row")


def test_the_same_list_for_all_is_none():
    assert personalisation(lists([1, 2], [1, 2], [2, 1])) == 0
    assert personalisation(lists([1, 2], [3, 4])) == 1
    assert personalisation(lists([1, 2])) is None


@given(st.lists(st.permutations(range(6)).map(lambda items: items[:3]), min_size=2, max_size=6))
def test_every_pair_counts_once(rows):
    apart = [1 - len(set(a) & set(b)) / 3 for a, b in combinations(rows, 2)]
    assert personalisation(lists(*rows)) == pytest.approx(sum(apart) / len(apart))
