import pytest

from features.groups.item_in_session import item_in_session
from tests.oracle.frames import prefixes

PREFIX = "item_in_session__"
VISITS = prefixes(
    (0, 7, 0, "clicks"),
    (0, 8, 1, "clicks"),
    (0, 7, 3, "carts"),
    (0, 7, 4, "orders"),
    (0, 8, 10, "carts"),
    (1, 5, 0, "clicks"),
)


def traces(visits):
    rows = item_in_session({"prefixes": visits.lazy()}).collect()
    return {
        (row["query"], row["item"]): {name.removeprefix(PREFIX): row[name] for name in rows.columns[2:]}
        for row in rows.to_dicts()
    }


@pytest.mark.parametrize("visits", [VISITS, VISITS.reverse()], ids=["sorted", "reversed"])
def test_by_hand(visits):
    found = traces(visits)
    assert found[0, 7] == pytest.approx(
        {
            "times": 3,
            "clicks": 1,
            "carts": 1,
            "orders": 1,
            "share": 0.6,
            "waits": 0,
            "first_position": 0,
            "last_position": 3,
            "since_last": 1,
            "since_first": 4,
            "seconds_since": 360,
            "seconds_since_first": 600,
            "dwell": 360,
            "total_dwell": 60 + 60 + 360,
            "last_type": 2,
            "followed": 1,  # the first 8 led to it
            "led": 2,
            "stayed": 1,
            "apart": 1,
            "items_since": 1,
        }
    )
    assert found[0, 8] == pytest.approx(
        {
            "times": 2,
            "clicks": 1,
            "carts": 1,
            "orders": 0,
            "share": 0.4,
            "waits": 1,
            "first_position": 1,
            "last_position": 4,
            "since_last": 0,
            "since_first": 3,
            "seconds_since": 0,
            "seconds_since_first": 540,
            "dwell": None,
            "total_dwell": 120,
            "last_type": 1,
            "followed": 0,
            "led": 0,
            "stayed": 0,
            "apart": 3,
            "items_since": 0,
        }
    )


def test_untouched_candidates_have_no_row_and_zeros_for_counts():
    assert set(traces(VISITS)) == {(0, 7), (0, 8), (1, 5)}
    assert item_in_session.zeros == (
        "times",
        "clicks",
        "carts",
        "orders",
        "share",
        "waits",
        "followed",
        "led",
        "stayed",
    )


def test_what_follows_the_current_item_by_hand():
    found = traces(prefixes(*((0, item, minute, "clicks") for minute, item in enumerate([1, 2, 2, 3, 1, 2, 1, 3, 2]))))
    # 1 2 2 3 1 2 1 3 | 2 is current: it led to 2, 3 and 1, and came after 1, 2, 1 and 3
    assert {item: found[0, item]["followed"] for item in (1, 2, 3)} == {1: 1, 2: 1, 3: 1}
    assert {item: found[0, item]["led"] for item in (1, 2, 3)} == {1: 2, 2: 1, 3: 1}
    assert {item: found[0, item]["stayed"] for item in (1, 2, 3)} == {1: 0, 2: 1, 3: 0}
    assert {item: found[0, item]["apart"] for item in (1, 2, 3)} == {1: 2, 2: 3, 3: 4}
    assert {item: found[0, item]["items_since"] for item in (1, 2, 3)} == {1: 2, 2: 0, 3: 1}
