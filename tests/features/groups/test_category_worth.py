import math

import pytest

from data.schema import Items
from features.groups.category_worth import category_worth
from tests.features.reading import read
from tests.oracle.frames import at, table
from tests.oracle.visits import touched

ITEMS = table(Items, (1, "a", 3, None, None, None), (2, "b", 3, None, None, None), (4, "c", None, None, None, None))


def test_by_hand():
    rows = touched(
        {"session": 1, "ts": 1, "item": 1, "clicks": 4, "orders": 2, "spend": 10.0, "value": 16.0},
        {"session": 1, "ts": 1, "item": 2, "carts": 1, "value": 16.0},
        {"session": 2, "ts": 2, "item": 2, "clicks": 1, "value": 0.0},
        {"session": 2, "ts": 2, "item": 4, "clicks": 1, "value": 0.0},
    )
    _, last = read(category_worth, touched=rows, items=ITEMS)
    assert last.pop("ts") == at(2)
    assert last == pytest.approx(
        {
            "category": 3,
            "views": math.log(6),
            "buys": math.log(3),
            "buy_to_view": 3 / 25,
            "cart_to_view": 2 / 25,
            "mean_value": 32 / 3,
            "mean_log": 2 * math.log(17) / 3,
            "line": 5,
        }
    )
