import pytest

from features.groups.customer_baskets import customer_baskets
from tests.features.reading import read
from tests.oracle.customers import customers, purchases


def test_by_hand():
    bought = purchases(
        {"user": 7, "ts": 1, "value": 30.0, "lines": 5, "items": 4, "pieces": 12.0},
        {"user": 7, "ts": 2, "value": 5.0, "back": 5.0, "lines": 1, "items": 1, "pieces": 4.0},
        {"user": 8, "ts": 3, "value": 0.0},
    )
    often, free = read(customer_baskets, queries=customers(9, 7, 8), purchases=bought)
    assert often == pytest.approx(
        {
            "query": 0,
            **{"lines_mean": 3, "lines_most": 5, "lines_last": 1},
            **{"items_mean": 2.5, "items_most": 4, "items_last": 1},
            **{"pieces_mean": 8, "pieces_most": 12, "pieces_last": 4},
            "piece_price": 2.5,
            "line_money": 40 / 6,
            "largest_share": 0.75,
        }
    )
    assert (free["piece_price"], free["line_money"], free["largest_share"]) == (0, 0, None)
