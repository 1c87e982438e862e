import math

import pytest

from features.groups.segment_worth import segment_worth
from tests.features.reading import read
from tests.oracle.frames import at
from tests.oracle.visits import closed


def test_by_hand():
    visits = closed(
        {"session": 1, "ts": 5, "segment": "fr", "events": 2, "orders": 1, "value": 10.0},
        {"session": 2, "ts": 9, "segment": "fr", "events": 4, "value": 0.0},
        {"session": 3, "ts": 9, "segment": "uk", "events": 1, "value": 8.0},
        {"session": 4, "ts": 9, "segment": None, "value": 8.0},
    )
    rows = read(segment_worth, closed=visits)
    assert [(row["segment"], row["ts"]) for row in rows] == [("fr", at(5)), ("fr", at(9)), ("uk", at(9))]
    assert rows[1].pop("ts") == at(9)
    assert rows[1] == pytest.approx(
        {
            "segment": "fr",
            "sessions": 2,
            "mean_value": 5,
            "mean_log": math.log(11) / 2,
            "mean_events": 3,
            "purchase_share": 0.5,
        }
    )
