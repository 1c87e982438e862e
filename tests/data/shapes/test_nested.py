from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from data.errors import AisleError
from data.fault import FAULT
from data.shapes.marks import DROPPED, FILE_ROW
from data.shapes.nested import unnested, with_single

LOG = Path("log.parquet")
VALUE = pl.Struct({"string_value": pl.String, "int_value": pl.Int64, "double_value": pl.Float64})
PARAMS = pl.List(pl.Struct({"key": pl.String, "value": VALUE}))


def reach(rows, *paths, others=()):
    return unnested(rows, paths, others, LOG)


def value(rows, path):
    return reach(rows, path)[path].to_list()


def refused(rows, *paths):
    with pytest.raises(AisleError) as told:
        reach(rows, *paths)
    assert str(told.value).startswith("log.parquet: `")
    assert "\n" not in str(told.value)
    return str(told.value)


class TestFields:
    def test_of_structs_in_structs(self):
        rows = pl.DataFrame({"device": [{"category": "mobile", "web": {"browser": "x"}}, None]})
        assert value(rows, "device.category") == ["mobile", None]
        assert value(rows, "device.web.browser") == ["x", None]

    def test_names_with_dots_of_their_own(self):
        rows = pl.DataFrame({"geo.place": [{"a.b": 1, "a": {"b": 2}}]})
        assert value(rows, "geo.place.a.b") == [1]

    def test_of_json_where_nothing_is_known(self):
        assert value(pl.DataFrame({"device": [None, None]}), "device.category") == [None, None]


class TestPairs:
    def test_the_first_value_that_is_there(self):
        def param(key, **value):
            return {"key": key, "value": {"string_value": None, "int_value": None, "double_value": None} | value}

        rows = pl.DataFrame(
            {
                "params": [
                    [param("page", string_value="home"), param("ga_session_id", int_value=17)],
                    [param("ga_session_id", string_value="18"), param("ga_session_id", int_value=19)],
                    [param("worth", double_value=1.5)],
                    [],
                    None,
                ]
            },
            schema={"params": PARAMS},
        )
        assert value(rows, "params.ga_session_id") == ["17", "18", None, None, None]
        assert value(rows, "params.worth") == [None, None, "1.5", None, None]
        assert value(rows, "params.ga_session_id.int_value") == [17, None, None, None, None]

    def test_plain_values_keep_their_type(self):
        rows = pl.DataFrame({"p": [[{"key": "a", "value": 1}, {"key": "b.c", "value": 2}], []]})
        assert value(rows, "p.a") == [1, None]
        assert value(rows, "p.b.c") == [2, None]

    def test_a_map_of_arrow(self):
        told = pa.table({"p": pa.array([[("a", 1), ("b", 2)], [], None], pa.map_(pa.string(), pa.int64()))})
        rows = pl.from_arrow(told)
        assert value(rows, "p.b") == [2, None, None]

    def test_an_always_empty_list_of_json(self):
        assert value(pl.DataFrame({"p": [[], []]}, schema={"p": pl.List(pl.Null)}), "p.b") == [None, None]


ORDERS = pl.DataFrame(
    {
        "order": [1, 2, 3, 4],
        "items": [[{"id": "a", "price": 1.0}, {"id": "b", "price": 2.0}], [], None, [{"id": "c", "price": None}]],
    }
)


class TestLists:
    def test_an_entry_is_a_row(self):
        rows = reach(ORDERS, "items[].id", "items[].price", others=["order"])
        assert rows.columns == ["order", "items[].id", "items[].price", FILE_ROW, DROPPED]
        none = "no entry in `items`"
        assert rows.rows() == [
            (1, "a", 1.0, 0, None),
            (1, "b", 2.0, 0, None),
            (2, None, None, 1, none),
            (3, None, None, 2, none),
            (4, "c", None, 3, None),
        ]

    def test_of_plain_values(self):
        rows = pl.DataFrame({"items": [["a", "b"], ["c"]]})
        assert value(rows, "items[]") == ["a", "b", "c"]
        assert value(rows.cast(pl.List(pl.Categorical)), "items[]") == ["a", "b", "c"]

    def test_of_fixed_length(self):
        rows = pl.DataFrame({"items": [["a", "b"], ["c", "d"]]}, schema={"items": pl.Array(pl.String, 2)})
        assert value(rows, "items[]") == ["a", "b", "c", "d"]

    def test_inside_structs_and_lists(self):
        rows = pl.DataFrame({"cart": [{"lines": [{"sku": "a", "sizes": ["s", "m"]}, {"sku": "b", "sizes": []}]}]})
        deep = reach(rows, "cart.lines[].sku", "cart.lines[].sizes[]")
        assert deep.rows() == [
            ("a", "s", 0, None),
            ("a", "m", 0, None),
            ("b", None, 0, "no entry in `cart.lines[].sizes`"),
        ]

    def test_a_null_entry_is_an_entry(self):
        rows = reach(pl.DataFrame({"items": [[None, "a"]]}), "items[]")
        assert rows.rows() == [(None, 0, None), ("a", 0, None)]

    def test_always_empty_in_json(self):
        for kind in (pl.Null, pl.List(pl.Null)):
            rows = reach(pl.DataFrame({"items": [None, None]}, schema={"items": kind}), "items[].id")
            assert rows[DROPPED].to_list() == ["no entry in `items`"] * 2

    def test_an_unreadable_line_is_not_dropped(self):
        rows = ORDERS.with_columns(pl.Series(FAULT, [None, "line 3 is cut", None, None]))
        found = reach(rows, "items[].id")
        assert found.filter(pl.col(FAULT).is_not_null())[DROPPED].to_list() == [None]

    def test_no_rows(self):
        assert reach(ORDERS.clear(), "items[].id").height == 0


class TestRefused:
    def test_a_field_that_is_not_there(self):
        assert refused(ORDERS, "items[].idd") == (
            "log.parquet: `items[].idd`: `items[]` has no field `idd`: did you mean `id`? There are `id`, `price`."
        )

    def test_a_column_that_is_not_there(self):
        said = refused(ORDERS, "item[].id", "items[].price")
        assert said == (
            "log.parquet: `item` begins with no column of the file: did you mean `items`? There are `items`, `order`."
        )

    def test_a_list_without_brackets(self):
        assert "`items` holds a list: write `[]` behind it" in refused(ORDERS, "items.id")

    def test_brackets_without_a_list(self):
        assert refused(ORDERS, "order[].id") == (
            "log.parquet: `order` holds Int64 and no list; leave out the `[]` behind it."
        )

    def test_a_field_of_a_number(self):
        assert "`order` holds Int64, which has no fields" in refused(ORDERS, "order.id")

    def test_two_lists_beside_each_other(self):
        rows = ORDERS.with_columns(tags=pl.lit(["x"]))
        assert "`tags[]` and `items[]` are two lists of a row" in refused(rows, "items[].id", "tags[]")

    def test_nested_values_where_one_is_needed(self):
        with pytest.raises(AisleError, match=r"`items` holds List.*needs one value: name a path into it"):
            with_single(ORDERS, ["order", "items"], LOG)
