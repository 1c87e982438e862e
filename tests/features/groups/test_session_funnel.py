import pytest

from features.groups.session_funnel import session_funnel
from tests.features.reading import read
from tests.oracle.frames import prefixes


def test_by_hand():
    visits = prefixes(
        (0, 1, 0, "clicks"),
        (0, 2, 1, "clicks"),
        (0, 2, 2, "carts"),
        (0, 2, 3, "carts"),
        (0, 3, 4, "carts"),
        (0, 2, 5, "orders"),
        (1, 1, 0, "clicks"),
    )
    deep, shallow = read(session_funnel, prefixes=visits)
    assert deep == pytest.approx(
        {
            "query": 0,
            "carted_items": 2,
            "bought_items": 1,
            "buy_to_view": 2 / 22,  # 1 of 2, and 1 of 20 before anything is seen
            "cart_to_view": 4 / 22,
            "buy_to_cart": 2 / 23,
        }
    )
    assert shallow["buy_to_view"] == pytest.approx(1 / 21)
    assert (shallow["carted_items"], shallow["bought_items"]) == (0, 0)
