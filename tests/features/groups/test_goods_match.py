import polars as pl
import pytest

from data.schema import Items
from features.groups.goods_match import goods_match
from tests.features.reading import read
from tests.oracle.frames import prefixes, table

ITEMS = table(
    Items,
    (5, "a", 1, "acme", None, 10.0),
    (6, "b", 2, "bolt", None, 30.0),
    (7, "c", 2, None, None, 5.0),
    (8, "d", None, "bolt", None, None),
    (9, "e", 3, "acme", None, 40.0),
)
ASKED = pl.DataFrame(
    [(0, item) for item in (5, 6, 7, 8, 9)] + [(1, 5), (2, 5)],
    schema={"query": pl.UInt32, "item": pl.UInt32},
    orient="row",
)
VISITS = prefixes(
    (0, 5, 0, "clicks"),
    (0, 7, 1, "clicks"),
    (0, 8, 2, "clicks"),
    (0, 6, 3, "carts"),
    (1, 8, 0, "clicks"),
)


def test_by_hand():
    rows = read(goods_match, candidates=ASKED, prefixes=VISITS.reverse(), items=ITEMS)
    assert list(rows[0]) == [
        *("query", "item", "same_category", "same_brand", "category_share", "price_to_session", "price_to_last")
    ]
    # the session's prices are 10, 5 and 30, the last item is 6: category 2, bolt
    assert [tuple(row.values())[1:] for row in rows if row["query"] == 0] == [
        (5, 0, 0, 1 / 4, pytest.approx(10 / 15), pytest.approx(1 / 3)),
        (6, 1, 1, 2 / 4, 2, 1),
        (7, 1, None, 2 / 4, pytest.approx(1 / 3), pytest.approx(1 / 6)),
        (8, None, 1, None, None, None),
        (9, 0, 0, 0, pytest.approx(40 / 15), pytest.approx(4 / 3)),
    ]
    assert tuple(rows[5].values()) == (1, 5, None, 0, 0, None, None)  # a session without category or price
    assert set(list(rows[6].values())[2:]) == {None}  # a query without events
