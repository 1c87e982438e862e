import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.groups.session_shape import session_shape
from tests.features.reading import read
from tests.oracle.frames import prefixes, visited

VISITS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["clicks", "carts", "orders"])), min_size=1, max_size=8)


def test_by_hand():
    frame = prefixes(
        (0, 5, 0, "clicks"),
        (0, 5, 2, "carts"),
        (0, 6, 3, "carts"),
        (0, 5, 10, "orders"),
        (0, 6, 10, "clicks"),
        (1, 5, 60, "clicks"),
        (2, 5, 7, "clicks"),
        (2, 6, 7, "clicks"),
    )
    long, short, moment = read(session_shape, prefixes=frame.reverse())
    assert long == pytest.approx(
        {
            "query": 0,
            "events": 5,
            "items": 2,
            "repeats": 3,
            "distinct_share": 0.4,
            "carts": 2,
            "orders": 1,
            "carts_waiting": 1,
            "cart_waits": 1,
            "clicks_share": 0.4,
            "carts_share": 0.4,
            "orders_share": 0.2,
            "seconds": 600,
            "pace": 0.4,
            "mean_gap": 150,
            "gap_1": 0,
            "gap_2": 420,
            "gap_3": 60,
            "last_type": 0,
        }
    )
    unknown = {"pace": None, "mean_gap": None, "gap_1": None, "gap_2": None, "gap_3": None}
    assert short == unknown | {
        "query": 1,
        "events": 1,
        "items": 1,
        "repeats": 0,
        "distinct_share": 1,
        "carts": 0,
        "orders": 0,
        "carts_waiting": 0,
        "cart_waits": 0,
        "clicks_share": 1,
        "carts_share": 0,
        "orders_share": 0,
        "seconds": 0,
        "last_type": 0,
    }
    assert {name: moment[name] for name in unknown} == unknown | {"mean_gap": 0, "gap_1": 0}


@settings(max_examples=40, deadline=None)
@given(sessions=st.lists(VISITS, min_size=1, max_size=4))
def test_carts_wait_until_their_item_is_ordered(sessions):
    expected = []
    for visits in sessions:
        ordered = {item for item, name in visits if name == "orders"}
        expected.append(sum(name == "carts" and item not in ordered for item, name in visits))
    rows = read(session_shape, prefixes=visited(sessions))
    assert [row["carts_waiting"] for row in rows] == expected
    assert [row["cart_waits"] for row in rows] == [n > 0 for n in expected]
