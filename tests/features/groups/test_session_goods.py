import math

import polars as pl
import pytest

from data.schema import Items
from features.groups.session_goods import session_goods
from tests.features.reading import read
from tests.oracle.frames import prefixes, table

ITEMS = table(
    Items,
    (5, "a", 1, None, None, 10.0),
    (6, "b", 1, None, None, None),
    (7, "c", 2, None, None, 30.0),
    (8, "d", None, None, None, None),
)


def test_by_hand():
    visits = prefixes(
        (0, 5, 0, "clicks"),
        (0, 6, 1, "clicks"),
        (0, 7, 2, "clicks"),
        (0, 7, 3, "carts"),
        (0, 6, 4, "clicks"),
        (1, 8, 0, "clicks"),
        (2, 5, 0, "clicks"),
    ).with_columns(price=pl.when((pl.col("item") == 7) & (pl.col("position") == 3)).then(20.0))
    mixed, unknown, single = read(session_goods, prefixes=visits.reverse(), items=ITEMS)
    assert mixed == pytest.approx(
        {
            "query": 0,
            "mean_price": 20,  # 10, 30 as listed, 20 as carted
            "price_spread": 20,
            "last_price": None,
            "max_price": 30,
            "categories": 2,
            "category_entropy": -(0.6 * math.log(0.6) + 0.4 * math.log(0.4)),
        }
    )
    assert set(unknown.values()) == {1, None}
    assert single == {
        "query": 2,
        "mean_price": 10,
        "price_spread": 0,
        "last_price": 10,
        "max_price": 10,
        "categories": 1,
        "category_entropy": 0,
    }


def test_the_events_category_serves_where_items_have_none():
    visits = prefixes((0, 8, 0, "clicks"), (0, 5, 1, "clicks")).with_columns(category=pl.lit(9, pl.UInt32))
    (row,) = read(session_goods, prefixes=visits, items=ITEMS)
    assert row["categories"] == 2
