import polars as pl
import pytest

from evaluation.profile.popularity import concentration, item_rows, popularity_curve, turnover
from tests.evaluation.profile.logs import A, B, C, at, valued


@pytest.fixture
def items():
    return item_rows(valued()).collect()


def test_items_one_by_one(items):
    assert items.select("item", "events", "clicks", "carts", "orders").rows() == [
        (A, 5, 3, 1, 1), (B, 3, 2, 0, 1), (C, 1, 1, 0, 0),
    ]  # fmt: skip
    assert items["first"].to_list() == [at(3, 10), at(5, 10), at(7, 12)]
    assert items["last"].to_list() == [at(7, 13), at(5, 12, 2), at(7, 12)]


def test_concentration_by_type(items):
    whole, clicks, carts, orders = concentration(items)
    # 1, 3, 5: (-2 * 1 + 0 * 3 + 2 * 5) / (3 * 9)
    assert whole == {
        "type": "all", "items": 3, "events": 9, "gini": pytest.approx(8 / 27), "top1": pytest.approx(5 / 9),
        "top10": pytest.approx(5 / 9), "half": pytest.approx(1 / 3),
    }  # fmt: skip
    assert (clicks["items"], carts["items"], orders["items"]) == (3, 1, 2)
    assert orders["gini"] == 0


def test_what_nobody_orders_has_no_concentration(items):
    none = concentration(items.with_columns(orders=pl.lit(0)))[-1]
    assert none == {"type": "orders", "items": 0, "events": 0, "gini": None, "top1": None, "top10": None, "half": None}


def test_the_curve_holds_every_rank_of_a_small_catalogue(items):
    assert popularity_curve(items["events"]).rows() == [
        (1, 5, pytest.approx(1 / 3), pytest.approx(5 / 9)),
        (2, 3, pytest.approx(2 / 3), pytest.approx(8 / 9)),
        (3, 1, 1.0, pytest.approx(1.0)),
    ]


def test_the_curve_of_a_large_catalogue_is_small():
    curve = popularity_curve(pl.Series(range(1, 50_001)))
    assert 100 <= curve.height <= 200
    assert curve["rank"].to_list()[:3] == [1, 2, 3]
    assert curve["share"][-1] == pytest.approx(1)
    assert popularity_curve(pl.Series([], dtype=pl.Int64)).is_empty()


def test_turnover_does_not_tell_what_nobody_knows(items):
    found = turnover(valued(), items, at(3, 10), at(7, 13), "1d")
    assert found.rows() == [
        (at(3), 1, None, 0),  # A: all are new on the first day
        (at(4), 0, 0, 0),
        (at(5), 2, 1, 1),  # B comes and goes
        (at(6), 0, 0, 0),
        (at(7), 2, 1, None),  # C comes; who is gone after the last day nobody knows
    ]
