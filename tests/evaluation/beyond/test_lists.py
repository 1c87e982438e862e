import polars as pl
import pytest

from evaluation.beyond.lists import Known, of_lists, some_lists
from evaluation.beyond.popularity import BANDS, item_popularity
from tests.oracle.frames import events

HISTORY = events((0, 1, 0, "clicks"), (0, 1, 1, "clicks"), (1, 1, 2, "clicks"), (1, 2, 3, "clicks")).lazy()
CATEGORIES = pl.DataFrame({"item": [1, 2], "category": [3, 4]}, schema={"item": pl.UInt32, "category": pl.UInt32})
LISTS = pl.LazyFrame({"query": [0, 0, 1, 1], "item": [1, 2, 1, 9]}, schema={"query": pl.UInt32, "item": pl.UInt32})


def test_all_of_them():
    known = Known(item_popularity(HISTORY).collect(), 2, CATEGORIES, HISTORY)
    found = of_lists(LISTS, known, 10)
    assert (found["lists"], found["places"], found["coverage"]) == (2, 4, 1.0)
    assert found["gini"] == pytest.approx(2 * (1 * 1 + 2 * 2) / (2 * 3) - 1.5)
    assert found["popularity"] == (3 + 1 + 3 + 0) / 4
    assert found["bands"] == {**dict.fromkeys(BANDS, 0.0), "top 20 %": 0.5, "50 to 80 %": 0.25, "new": 0.25}
    assert found["tail"] == 0
    assert found["novelty"] == pytest.approx((0 + 1 + 0 + 1) / 4, abs=1e-6)
    assert found["personalisation"] == 0.5  # both lists have the 1, neither the other's second
    assert found["diversity_by_category"] == 1.0
    # visits of 1: 0 and 1, of 2: 1, of 9 none
    assert found["diversity_by_company"] == pytest.approx((1 - 0.5**0.5 + 1) / 2)


def test_some_lists_follow_the_query():
    many = pl.LazyFrame({"query": [q for q in range(30) for _ in range(2)], "item": list(range(60))}).cast(pl.UInt32)
    some = some_lists(many, 5)
    assert some["query"].n_unique() == 5
    assert some.height == 10
    assert some_lists(many.reverse(), 5).equals(some)
    assert some_lists(many, 99).height == 60
