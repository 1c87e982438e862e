import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.session_shape import session_shape
from tests.oracle.frames import prefixes, visited

PREFIX = "session_shape__"
VISITS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["clicks", "carts", "orders"])), min_size=1, max_size=8)


def shape(frame):
    rows = session_shape({"prefixes": frame.lazy()}).collect().sort("query")
    return [{name.removeprefix(PREFIX): value for name, value in row.items()} for row in rows.to_dicts()]


def test_by_hand():
    # minutes from Monday 2024-01-01 00:00 UTC: query 0 ends on Tuesday at 01:30
    frame = prefixes(
        (0, 5, 1_520, "clicks"),
        (0, 5, 1_522, "carts"),
        (0, 6, 1_523, "carts"),
        (0, 5, 1_530, "orders"),
        (1, 5, 60, "clicks"),
    )
    long, short = shape(frame.reverse())
    assert long == pytest.approx(
        {
            "query": 0,
            "events": 4,
            "items": 2,
            "distinct_share": 0.5,
            "carts": 2,
            "orders": 1,
            "carts_waiting": 1,
            "seconds": 600,
            "last_gap": 420,
            "mean_gap": 200,
            "hour": 1,
            "weekday": 2,
        }
    )
    assert short == {
        "query": 1,
        "events": 1,
        "items": 1,
        "distinct_share": 1,
        "carts": 0,
        "orders": 0,
        "carts_waiting": 0,
        "seconds": 0,
        "last_gap": None,
        "mean_gap": None,
        "hour": 1,
        "weekday": 1,
    }


@settings(max_examples=40, deadline=None)
@given(sessions=st.lists(VISITS, min_size=1, max_size=4))
def test_carts_wait_until_their_item_is_ordered(sessions):
    expected = []
    for visits in sessions:
        ordered = {item for item, name in visits if name == "orders"}
        expected.append(sum(name == "carts" and item not in ordered for item, name in visits))
    assert [row["carts_waiting"] for row in shape(visited(sessions))] == expected
