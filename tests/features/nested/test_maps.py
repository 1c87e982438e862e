import math

import pytest

from features.nested.maps import maps
from features.nested.pairs import pairs
from tests.features.nested.told import maps_of, told


def test_by_hand():
    found, odd = told(maps, maps_of({"a": 1.0, "b": 4.0, "c": 4.0}, {"a": 2.5}, {}, None), "map")
    assert odd == {}
    assert found["sum"] == [9.0, 2.5, 0.0, None]
    assert found["mean"] == [3.0, 2.5, None, None]
    assert found["max"] == [4.0, 2.5, None, None]
    assert found["min"] == [1.0, 2.5, None, None]
    assert found["spread"] == [pytest.approx(math.sqrt(2)), 0.0, None, None]
    assert found["count"] == [3, 1, 0, None]


def test_pairs_by_hand():
    rows = [[{"_1": "app", "_2": 3.0}, {"_1": "game", "_2": 5.0}], [], None]
    found, _ = told(pairs, rows, "pairs")
    assert found == {
        "total": [8.0, 0.0, None],
        "mean": [4.0, None, None],
        "peak": [5.0, None, None],
        "count": [2, 0, None],
    }
