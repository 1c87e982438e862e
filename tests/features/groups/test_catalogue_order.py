import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.groups.catalogue_order import catalogue_order
from features.kernels.order import known_below
from tests.features.reading import read
from tests.oracle.frames import prefixes
from tests.oracle.visits import asked, touched


def test_by_hand():
    known = touched(*({"session": n, "item": n, "ts": 10} for n in range(10)), {"session": 11, "item": 0, "ts": 90})
    visits = prefixes(
        *((0, item, 50, "clicks") for item in (1, 2, 5)),
        *((1, item, 50, "clicks") for item in (8, 3)),
        (2, 4, 50, "carts"),
    )
    ordered, mixed, single = read(
        catalogue_order,
        prefixes=visits,
        queries=asked((0, None, 50, None), (1, None, 50, None), (2, None, 10, None)),
        touched=known,
    )
    assert ordered == pytest.approx(
        {"query": 0, "in_order": 1, "first_place": 0.1, "last_place": 0.5, "mean_step": 0.2, "left": math.log(1 + 2.5)}
    )
    assert (mixed["in_order"], mixed["mean_step"]) == pytest.approx((0, 0.5))
    # known from minute 10 on, which is not before minute 10
    assert single == {"query": 2} | dict.fromkeys(("in_order", "first_place", "last_place", "mean_step", "left"))


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 20)), unique_by=lambda pair: pair[0]),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 20))),
)
def test_places_are_counts(known, asked_at):
    known, asked_at = sorted(known, key=lambda p: p[1]), sorted(asked_at, key=lambda p: p[1])
    items, since, codes, moments = (np.array(c, np.int64) for c in (*_columns(known), *_columns(asked_at)))
    below, all_known = known_below.py_func(items, since, codes, moments, 10)
    seen = [[item for item, ts in known if ts < moment] for _, moment in asked_at]
    assert below.tolist() == [sum(i < code for i in some) for some, (code, _) in zip(seen, asked_at, strict=True)]
    assert all_known.tolist() == [len(some) for some in seen]


def _columns(pairs):
    return [p[0] for p in pairs], [p[1] for p in pairs]
