"""Paths into a parquet's columns, and the leaves that they lead to."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.opening.arrow_types import plain_type
from data.opening.leaves import begin_of, leaf_count, leaves_of
from tests.data.arrow_columns import ODD

ENTRY = pa.struct([("id", pa.string()), ("price", pa.float64()), ("parts", pa.list_(pa.struct([("no", pa.int64())])))])
PAIR = pa.struct([("key", pa.string()), ("value", pa.struct([("int", pa.int64()), ("string", pa.string())]))])
COLUMNS = {
    "user": pa.string(),  # leaf 0
    "device": pa.struct([("category", pa.string()), ("web", pa.struct([("host", pa.string())]))]),  # 1 2
    "params": pa.list_(PAIR),  # 3 4 5
    "items": pa.large_list(ENTRY),  # 6 7 8
    "tags": pa.map_(pa.string(), pa.string()),  # 9 10
    "device.category": pa.string(),  # 11
    "geo.x": pa.struct([("city", pa.dictionary(pa.int8(), pa.string()))]),  # 12
    "few": pa.list_(pa.int64(), 2),  # 13
}
SCHEMA = pa.schema(list(COLUMNS.items()))


@pytest.mark.parametrize(
    ("names", "leaves"),
    [
        (["user"], [0]),
        (["items[].id", "user"], [0, 6]),
        (["items[].id", "items[].parts[].no"], [6, 8]),
        (["items[].parts[]"], [8]),
        (["items[]"], [6, 7, 8]),
        (["items"], [6, 7, 8]),
        (["device.web.host"], [2]),
        (["device.web"], [2]),
        (["device"], [1, 2]),
        (["device.category"], [11]),  # a column of this very name
        (["geo.x.city"], [12]),
        (["params.session"], [3, 4, 5]),  # a key that is looked up needs the keys
        (["params[].value.int"], [4]),
        (["tags.a"], [9, 10]),
        (["few[]"], [13]),
        (["items[].colour"], [6, 7, 8]),  # leads nowhere: what there is will be said
        (["device.web.port"], [2]),
        (["items.id", "user.x"], [0, 6, 7, 8]),
        (["use", "usern", "", "x.y", "user,x"], []),
    ],
)
def test_names_lead_to_leaves(names, leaves):
    assert leaves_of(SCHEMA, names) == leaves


def test_leaves_are_counted_as_parquet_does(tmp_path):
    columns = {name: pa.array([], kind) for name, kind in COLUMNS.items()} | {
        f"odd {name}": odd for name, odd in ODD.items()
    }
    for name, values in columns.items():
        try:
            pq.write_table(pa.table({name: values}), tmp_path / "log.parquet")
        except (pa.ArrowException, pa.lib.ArrowNotImplementedError):
            continue  # parquet holds no such column
        with pq.ParquetFile(tmp_path / "log.parquet") as file:
            assert leaf_count(file.schema_arrow.types) == len(file.schema), plain_type(values.type)


def test_the_longest_name_is_meant():
    assert begin_of("a.b.c", ["a", "a.b", "a.bc"]) == "a.b"
    assert begin_of("a[].c", ["a", "a[]"]) == "a[]"
    assert begin_of("ab", ["a"]) is None
