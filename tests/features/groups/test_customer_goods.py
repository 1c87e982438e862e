import math

import pytest

from features.groups.customer_goods import customer_goods
from tests.features.reading import read
from tests.oracle.customers import customers, ordered, purchases
from tests.oracle.frames import items

GOODS = items((1, 0, None, None), (2, 0, None, None), (3, 1, None, None), (4, None, None, None))
LINES = ordered(
    (7, 10, 0, 1, 1.0, 6.0),
    (7, 10, 0, 2, 1.0, 2.0),
    (7, 150, 1, 1, 1.0, 4.0),
    (7, 150, 1, 1, 1.0, 0.0),  # the same item again in the same purchase
    (7, 150, 1, 3, 1.0, 8.0),
    (8, 20, 2, 4, 1.0, 0.0),
)
BOUGHT = purchases(
    {"user": 7, "session": 0, "ts": 10, "value": 8.0},
    {"user": 7, "session": 1, "ts": 150, "value": 12.0},
    {"user": 8, "session": 2, "ts": 20, "value": 0.0},
)


def test_by_hand():
    wide, free = read(customer_goods, queries=customers(200, 7, 8), purchases=BOUGHT, ordered=LINES, items=GOODS)
    assert wide == pytest.approx(
        {
            "query": 0,
            "items": 3,
            "again_share": 1 / 3,  # of 1, 2 and 3 the first
            "times_mean": 4 / 3,
            "top_item_share": 0.5,
            "item_focus": 0.25 + 0.01 + 0.16,  # 10, 2 and 8 of 20
            "buyers_log": math.log(2),
            "new_share": 0.5,
            "new_items_90": 1,
            "categories": 2,
            "top_category_share": 0.6,
            "category_focus": 0.36 + 0.16,
        },
        abs=1e-6,
    )
    assert (free["items"], free["top_item_share"], free["new_share"], free["new_items_90"]) == (1, None, 1, 0)
    assert free["categories"] is free["category_focus"] is None
