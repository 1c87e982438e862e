import polars as pl
import pytest

from features.groups.customer_returns import customer_returns
from features.join import join_group
from tests.features.reading import read
from tests.oracle.customers import customers, purchases, returned

BOUGHT = purchases(
    {"user": 7, "session": 0, "ts": 1, "value": 6.0, "back": 4.0},
    {"user": 7, "session": 1, "ts": 100, "value": 0.0, "back": 30.0},
    {"user": 7, "session": 2, "ts": 110, "value": 60.0},
    {"user": 8, "session": 3, "ts": 1, "value": 5.0},
)
BACK = returned((7, 1, 0, 5, 4, 3.0), (7, 1, 0, 6, 8, 1.0), (7, 100, 1, 5, 100.5, 30.0), (7, 110, 2, 5, 130, 60.0))


def test_by_hand():
    (found,) = read(customer_returns, queries=customers(120, 7, 8), purchases=BOUGHT, returned=BACK)
    assert found == pytest.approx(
        {
            "query": 0,
            "lines": 3,
            "money": 34,
            "money_90": 30,
            "soon_money": 30,
            "largest": 30,
            "purchases": 2,
            "days": (3 + 7 + 0.5) / 3,
            "days_since": 19.5,
            "money_share": 0.34,
            "purchase_share": 2 / 3,
        },
        abs=1e-4,
    )


def test_who_sends_nothing_back_has_none():
    queries = customers(120, 7, 8).lazy()
    tables = {"queries": queries, "purchases": BOUGHT.lazy(), "returned": BACK.lazy()}
    mine = join_group(queries, customer_returns, tables, queries).filter(pl.col("user") == 8).collect()
    assert mine.select("customer_returns__lines", "customer_returns__money_share").row(0) == (0, 0)
    assert mine["customer_returns__days_since"].to_list() == [None]
