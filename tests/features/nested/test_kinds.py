from datetime import date, datetime

import polars as pl
import pytest

from features.nested.kinds import kind_of
from tests.features.nested.told import maps_of

NOW = datetime(2025, 10, 1)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (maps_of({"a": 1.0}), "map"),
        (maps_of({"a": NOW}, value=pl.Datetime("us")), "times"),
        (maps_of({"a": 1_759_320_000}, value=pl.Int64), "times"),
        (maps_of({"a": "x"}, value=pl.String), None),
        (maps_of({}), "map"),
        (pl.Series([[{"key": "a", "value": 1}]]), "map"),
        (pl.Series([[{"_1": "a", "_2": 1}]]), "pairs"),
        (pl.Series([[{"bundle": "a", "ts": NOW}]]), "times"),
        (pl.Series([{"a": 1.0, "b": None}]), "map"),
        (pl.Series([["a", "b"], []]), "list"),
        (pl.Series(['["a"]', "[]"]), "list"),
        (pl.Series(['{"a": 1}']), "map"),
        (pl.Series(['{"a": "2025-10-01"}']), "times"),
        (pl.Series(["{a}", "{b}"]), None),
        (pl.Series([1.5]), "number"),
        (pl.Series([True, False]), "number"),
        (pl.Series([1_759_320_000, 1_759_320_001]), "time"),
        (pl.Series([1_759_320_000, 12]), "number"),
        (pl.Series([2**64 - 1], dtype=pl.UInt64), "number"),
        (pl.Series([NOW]), "time"),
        (pl.Series([date(2025, 1, 1)]), "time"),
        (pl.Series(["2020-09-01", "2021-01-01"]), "time"),
        (pl.Series(["DE", "FR"]), "category"),
        (pl.Series(["15.2", "16.0"]), "category"),
        (pl.Series(["a"], dtype=pl.Categorical), "category"),
        (pl.Series([b"a"]), None),
        (pl.Series([None, None]), None),
        (pl.Series([None], dtype=pl.List(pl.String)), None),
    ],
)
def test_the_kind_follows_from_the_type(values, kind):
    assert kind_of(values) == kind
