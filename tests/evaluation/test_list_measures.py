"""The usual measures of lists, by hand and against loops."""

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.schema import TYPES, TypeEnum
from evaluation.list_measures import NAMES, list_measures


def placed(*rows):
    """Labels of (query, type, place in the list or null)."""
    schema = {"query": pl.UInt32, "type": TypeEnum, "own": pl.UInt16}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def test_by_hand():
    found = list_measures(
        placed((0, "carts", 1), (0, "carts", 3), (0, "carts", None), (1, "carts", 5), (2, "carts", 2)), ["own"], 4
    )["own"]
    assert found["clicks"] == dict.fromkeys(NAMES)
    assert found["carts"] == pytest.approx(
        {
            "precision": (2 / 4 + 0 + 1 / 4) / 3,
            "hit_rate": 2 / 3,
            "MRR": (1 + 0 + 1 / 2) / 3,
            "MAP": ((1 / 1 + 2 / 3) / 3 + 0 + 1 / 2) / 3,
            "NDCG": ((1 + 1 / 2) / (1 + 1 / math.log2(3) + 1 / 2) + 0 + 1 / math.log2(3)) / 3,
        }
    )


@given(
    st.dictionaries(
        st.integers(0, 5), st.lists(st.integers(1, 9) | st.none(), min_size=1, max_size=7), min_size=1, max_size=6
    ),
    st.integers(1, 8),
)
def test_as_loops_have_it(queries, k):
    lists = {q: [*set(places) - {None}, *[None] * places.count(None)] for q, places in queries.items()}
    rows = [(q, "orders", place) for q, places in lists.items() for place in places]
    found = list_measures(placed(*rows), ["own"], k)["own"]["orders"]
    sums = dict.fromkeys(NAMES, 0.0)
    for places in lists.values():
        hits = sorted(p for p in places if p is not None and p <= k)
        most = min(len(places), k)
        sums["precision"] += len(hits) / k
        sums["hit_rate"] += bool(hits)
        sums["MRR"] += 1 / hits[0] if hits else 0
        sums["MAP"] += sum((i + 1) / p for i, p in enumerate(hits)) / most
        sums["NDCG"] += sum(1 / math.log2(1 + p) for p in hits) / sum(1 / math.log2(2 + i) for i in range(most))
    assert found == pytest.approx({name: total / len(lists) for name, total in sums.items()})
    assert set(list_measures(placed(*rows), ["own"], k)["own"]) == set(TYPES)
