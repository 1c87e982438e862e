import polars as pl
import pytest

from data.schema import Items
from features.groups.item_price import item_price
from tests.features.reading import read
from tests.oracle.frames import events, table

ITEMS = table(
    Items,
    (1, "a", 4, None, None, 99.0),
    (2, "b", 4, None, None, 5.0),
    (3, "c", 4, None, None, None),
    (4, "d", 6, None, None, 8.0),
    (5, "e", 4, None, None, 1.0),  # not in the history: counts for nothing
)


def test_by_hand():
    history = events(
        (0, 1, 0, "clicks"),
        (0, 1, 1, "clicks"),
        (0, 1, 2, "orders"),
        (1, 1, 3, "clicks"),
        (1, 2, 4, "clicks"),
        (1, 3, 5, "clicks"),
        (1, 4, 6, "clicks"),
    ).with_columns(price=pl.Series([10.0, 30.0, None, 20.0, None, None, None]))
    rows = read(item_price, history=history.reverse(), items=ITEMS)
    assert [row["item"] for row in rows] == [1, 2, 3, 4]
    first, second, third, fourth = rows
    assert first == pytest.approx(
        {"item": 1, "price": 20, "latest_to_median": 1, "category_rank": 1, "to_category": 20 / 12.5}
    )
    assert second == pytest.approx(
        {"item": 2, "price": 5, "latest_to_median": None, "category_rank": 1 / 2, "to_category": 5 / 12.5}
    )
    assert set(third.values()) == {3, None}
    assert fourth == {"item": 4, "price": 8, "latest_to_median": None, "category_rank": 1, "to_category": 1}


def test_what_costs_nothing_has_no_ratio():
    history = events((0, 1, 0, "clicks"), (0, 1, 1, "clicks")).with_columns(price=pl.lit(0.0))
    (row,) = read(item_price, history=history, items=ITEMS)
    assert row == {"item": 1, "price": 0, "latest_to_median": None, "category_rank": 1, "to_category": None}
