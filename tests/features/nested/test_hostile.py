"""No column, of whatever type and read as whatever kind, stops the flattening: it has values, or nulls."""

import polars as pl
import pyarrow as pa
import pytest

from data.errors import AisleError
from data.opening.arrow_types import to_series
from features.nested.kinds import KINDS, kind_of
from features.nested.own_key import own_key
from features.nested.plain import plain_rows
from features.nested.source import Source, own_name
from features.rows.own import expressions_of
from features.rows.registry import ROW_GROUPS
from tests.data.arrow_columns import ODD, ROWS

GROUPS = [group for group in ROW_GROUPS if hasattr(group, "kinds")]
PLAIN = {"list": pl.List(pl.String), "category": pl.String}


def in_maps(array):
    keys = pa.array(["a", "b", "c", "d"])
    return pa.MapArray.from_arrays(pa.array([0, 2, 2, 3, 4], pa.int32()), keys, array)


def in_lists(array):
    return pa.ListArray.from_arrays(pa.array([0, 2, 2, 3, 4], pa.int32()), array)


def in_pairs(array):
    fields = [pa.array(["a", None, "c", "d"]), array]
    return in_lists(pa.StructArray.from_arrays(fields, ["bundle", "count"]))


def keyed(array):
    fields = [array, pa.array([1.0, 2.0, 3.0, 4.0])]
    return in_lists(pa.StructArray.from_arrays(fields, ["key", "value"]))


WITHIN = {"alone": lambda array: array, "maps": in_maps, "lists": in_lists, "pairs": in_pairs, "keys": keyed}


@pytest.mark.parametrize("within", WITHIN)
@pytest.mark.parametrize("name", ODD)
def test_any_type_read_as_any_kind(name, within):
    column = to_series("x", WITHIN[within](ODD[name]))
    found = kind_of(column)
    kinds = [kind for kind in KINDS if kind != "leave_out"]
    assert found is None or found in kinds
    raw = pl.DataFrame([column, pl.Series("t", ["2025-10-01-15-00"] * ROWS)])
    for kind in kinds:
        source = Source("x", kind, own=("x",))
        plain = plain_rows(raw, [source], "t")
        keyed_kind = kind in ("map", "histogram", "pairs", "times")
        assert plain.frame.schema["x"] == PLAIN.get(kind, pl.Map(pl.String, pl.Float64) if keyed_kind else pl.Float64)
        assert plain.frame.schema[own_name("x")] == pl.String
        features = plain.frame.select(**expressions_of([source], GROUPS))
        assert features.height == ROWS or not features.width


def test_maps_of_nothing():
    for dtype in (pl.Map(pl.String, pl.Null), pl.Map(pl.String, pl.Float64), pl.List(pl.Null), pl.Struct({})):
        column = pl.Series("x", [None, None], dtype=dtype)
        raw = pl.DataFrame([column, pl.Series("t", ["2025-10-01-15-00"] * 2)])
        for kind in ("map", "times", "list"):
            assert plain_rows(raw, [Source("x", kind)], "t").frame["x"].to_list() == [None, None]


def test_a_rows_own_key_of_another_type():
    raw = pl.DataFrame({"x": [[{"key": 7, "value": 1.0}]], "own": [7.0], "t": ["2025-10-01-15-00"]})
    plain = plain_rows(raw, [Source("x", "map", own=("own",))], "t")
    assert plain.frame.select(**own_key(Source("x", "map", own=("own",))))["x__own"].to_list() == [1.0]


def test_what_a_library_cannot_read_is_told_in_one_line(monkeypatch):
    def panic(_):
        raise pl.exceptions.ComputeError("no such thing\nin two lines")

    monkeypatch.setattr("features.nested.plain.read_numbers", panic)
    raw = pl.DataFrame({"x": [1.0], "t": ["2025-10-01-15-00"]})
    with pytest.raises(AisleError, match=r"^column 'x' \(Float64\) cannot be read as number \(no such thing\); set"):
        plain_rows(raw, [Source("x", "number")], "t")
