import math

import polars as pl
import pytest

from features.groups.vector_likeness import vector_likeness
from tests.features.reading import read
from tests.oracle.frames import prefixes

VECTORS = pl.DataFrame(
    {"item": [5, 6, 7, 8, 9], "vector": [[2.0, 0.0], [0.0, 1.0], [0.0, -3.0], [0.6, 0.8], [0.0, 0.0]]},
    schema={"item": pl.UInt32, "vector": pl.Array(pl.Float32, 2)},
)


def likeness(visits, *pairs, vectors=VECTORS):
    asked = pl.DataFrame(list(pairs), schema={"query": pl.UInt32, "item": pl.UInt32}, orient="row")
    rows = read(vector_likeness, candidates=asked, prefixes=visits, vectors=vectors)
    return [tuple(row.values())[2:] for row in rows]


def test_by_hand():
    visits = prefixes((0, 5, 0, "clicks"), (0, 6, 1, "clicks"))
    (found,) = likeness(visits, (0, 8))
    # the session's vector is 0.8 x (1, 0) + 1 x (0, 1)
    assert found == pytest.approx((0.8, (0.8 * 0.6 + 0.8) / math.hypot(0.8, 1), 0.8))


def test_length_and_order_of_the_table_do_not_matter():
    visits = prefixes((0, 7, 0, "clicks"), (0, 5, 1, "clicks"))
    expected = likeness(visits, (0, 5), (0, 6), (0, 8))
    assert expected[0] == pytest.approx((1, 1 / math.hypot(1, 0.8), 1))
    assert likeness(visits, (0, 5), (0, 6), (0, 8), vectors=VECTORS.reverse()) == expected


@pytest.mark.parametrize("items", [(4,), (4, 9)])
def test_what_has_no_vector_is_unknown(items):
    visits = prefixes((0, 5, 0, "clicks"), *((0, item, i + 1, "clicks") for i, item in enumerate(items)))
    last, session, nearest = likeness(visits, (0, 8))[0]
    assert last == (None if items[-1] == 4 else 0)
    assert (session, nearest) == pytest.approx((0.6, 0.6))
    assert likeness(visits, (0, 4), (1, 8)) == [(None, None, None)] * 2


def test_a_session_that_cancels_out_has_no_direction():
    visits = prefixes((0, 9, 0, "clicks"))
    assert likeness(visits, (0, 8))[0][1] is None


def test_without_vectors_all_is_unknown():
    visits = prefixes((0, 5, 0, "clicks"))
    assert likeness(visits, (0, 8), vectors=VECTORS.clear()) == [(None, None, None)]
