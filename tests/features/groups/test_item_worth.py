import math

import pytest

from features.groups.item_worth import item_worth
from tests.features.reading import read
from tests.oracle.frames import at
from tests.oracle.visits import amended, touched


def test_by_hand():
    order = {"item": 5, "orders": 1}
    rows = touched(
        order | {"session": 1, "ts": 1, "user": 7, "pieces": 2.0, "spend": 8.0, "events": 2, "value": 20.0},
        order | {"session": 2, "ts": 2, "pieces": 6.0, "spend": 12.0, "events": 6, "value": 60.0, "clicks": 3},
        {"session": 3, "ts": 3, "item": 5, "clicks": 1, "carts": 1, "events": 4, "value": 10.0},
        {"session": 3, "ts": 3, "item": 6, "clicks": 1, "events": 4, "value": 10.0},
    )
    found = {(row["item"], row["ts"]): row for row in read(item_worth, touched=rows)}
    assert set(found) == {(5, at(1)), (5, at(2)), (5, at(3)), (6, at(3))}
    pieces = [math.log(3), math.log(7)]
    assert found[5, at(3)].pop("ts") == at(3)
    assert found[5, at(3)] == pytest.approx(
        {
            "item": 5,
            "sessions": math.log(4),
            "views": math.log(5),
            "carts": math.log(2),
            "buys": math.log(3),
            "buy_to_view": 3 / 24,
            "cart_to_view": 2 / 24,
            "known_share": 1 / 3,
            "large_share": 1 / 3,  # of the second session alone: nothing is known before the first, the third is small
            "mean_events": 4,
            "mean_value": 30,
            "mean_log": (math.log(21) + math.log(61) + math.log(11)) / 3,
            "mean_multiple": (math.log(21 / 9) + math.log(61 / 13)) / 2,
            "pieces": 4,
            "log_pieces": sum(pieces) / 2,
            "sd_pieces": (pieces[1] - pieces[0]) / 2,
            "price": 20 / 8,
        },
        rel=1e-5,
    )
    looked_at = found[6, at(3)]
    assert looked_at["mean_value"] == 10
    assert looked_at["mean_multiple"] is looked_at["price"] is looked_at["pieces"] is None


def test_a_line_that_went_back_is_no_order():
    order = {"item": 5, "orders": 1}
    rows = touched(
        order | {"session": 1, "ts": 1, "pieces": 2.0, "spend": 8.0, "value": 20.0},
        order | {"session": 2, "ts": 2, "pieces": 6.0, "spend": 12.0, "value": 60.0},
    )
    news = [(1, 9, {"orders": 0, "pieces": 0.0, "spend": 0.0, "value": 15.0})]
    first, second, last = read(item_worth, touched=amended(rows, news))
    assert (second["ts"], second["price"], second["pieces"], second["large_share"]) == (at(2), 2.5, 4, 0.5)
    assert (last["ts"], last["since"], last["sessions"]) == (at(9), at(2), pytest.approx(math.log(3)))
    same = ("price", "pieces", "log_pieces", "sd_pieces", "mean_multiple", "buys")
    assert [last[name] for name in same] == pytest.approx([first[name] for name in same])
    assert (last["mean_value"], last["large_share"]) == (17.5, 0)  # 15 is less than the 20 before it
