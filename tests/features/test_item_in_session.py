import polars as pl
import pytest

from features.item_in_session import item_in_session
from tests.oracle.frames import prefixes

PREFIX = "item_in_session__"
ASKED = pl.DataFrame({"query": [0, 0, 0, 1], "item": [7, 8, 9, 7]}, schema={"query": pl.UInt32, "item": pl.UInt32})
VISITS = prefixes(
    (0, 7, 0, "clicks"),
    (0, 8, 1, "clicks"),
    (0, 7, 3, "carts"),
    (0, 7, 4, "orders"),
    (0, 8, 10, "carts"),
    (1, 5, 0, "clicks"),
)


def traces(visits):
    rows = item_in_session({"candidates": ASKED.lazy(), "prefixes": visits.lazy()}).collect()
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
            "since_last": 1,
            "since_first": 4,
            "share": 0.6,
            "seconds_since": 360,
            "dwell": 360,
            "last_type": 2,
        }
    )
    assert found[0, 8] == pytest.approx(
        {
            "times": 2,
            "clicks": 1,
            "carts": 1,
            "orders": 0,
            "since_last": 0,
            "since_first": 3,
            "share": 0.4,
            "seconds_since": 0,
            "dwell": None,
            "last_type": 1,
        }
    )


@pytest.mark.parametrize("pair", [(0, 9), (1, 7)])
def test_untouched_candidate(pair):
    found = traces(VISITS)[pair]
    counted = {"times", "clicks", "carts", "orders", "share"}
    assert {name for name, value in found.items() if value == 0} == counted
    assert {name for name, value in found.items() if value is None} == set(found) - counted
