"""Parquet files of which only a part is read."""

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.errors import AisleError
from data.files import read_batches, select_columns, spelt_like
from data.formats import Columns, Join, LogFormat
from data.opening.arrow_types import why_unreadable
from data.opening.parquet import read_parquet
from data.readers.generic import read_generic
from data.shapes.column_types import plain_columns

ROWS = {
    "User ID": ["u", "v"],
    "item": [1, 2],
    "lines": [[{"sku": "a", "price": 1.0}, {"sku": "b", "price": 2.0}], []],
    "page": [{"host": "x", "path": "/a"}, None],
}


@pytest.fixture
def log(tmp_path):
    pl.DataFrame(ROWS).write_parquet(tmp_path / "log.parquet")
    return tmp_path / "log.parquet"


def test_what_is_not_used_is_there_by_name_alone(log):
    (frame,) = read_parquet(log, 10, wanted=lambda names: [names[1], "lines[].sku"])
    assert frame.columns == list(ROWS)
    assert frame["item"].to_list() == [1, 2]
    assert frame["lines"].to_list() == [[{"sku": "a"}, {"sku": "b"}], []]
    assert [why_unreadable(frame.schema[name]) for name in ("User ID", "page")] == ["no setting names it"] * 2
    with pytest.raises(AisleError, match=r"`page` holds what cannot be read \(no setting names it\)"):
        plain_columns(frame.select("page"), log)


def test_all_is_read_where_nothing_that_is_there_is_named(log):
    for wanted in (None, lambda _: ["absent"]):
        (frame,) = read_parquet(log, 10, wanted=wanted)
        assert frame.to_dict(as_series=False) == ROWS


def test_names_of_a_format_are_found_however_they_are_spelt(log):
    names = {"user": "userid|customer", "item": "Item"}
    (frame,) = read_batches(log, LogFormat(), wanted=spelt_like(names))
    assert select_columns(frame, names, log, "").rows() == [("u", 1), ("v", 2)]
    assert why_unreadable(frame.schema["page"]) is not None


def read(path, columns, **layout):
    return pl.concat(list(read_generic(path, LogFormat(columns=columns, **layout))))


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (
            Columns(item="itme", ts="item", user="User ID"),
            "column `itme` is missing; the file has ['User ID', 'item', 'lines', 'page']",
        ),
        (
            Columns(item="lines[].skuu", ts="item", user="User ID"),
            "has no field `skuu`: did you mean `sku`? There are `price`, `sku`",
        ),
        (
            Columns(item="item", ts="pages.host", user="User ID"),
            "begins with no column of the file: did you mean `page`?",
        ),
        (
            Columns(item="page", ts="item", user="User ID"),
            "`page` holds Struct({'host': String, 'path': String}) where each row",
        ),
    ],
)
def test_what_is_not_there_is_told_with_all_that_is(log, columns, said):
    with pytest.raises(AisleError) as error:
        read(log, columns)
    assert said in str(error.value)


def test_columns_of_all_settings_are_read(tmp_path):
    """Every setting that names a column: with projection the rows are those of the same log as JSON, read whole."""
    rows = {name: ["1", "0"] for name in ("a", "b", "c", "t", "seen", "bought", "k", "k2", "n", "extra")} | {
        "x,y": ["p", "q"],
        "deep": [{"z": [{"w": 5}], "v": 0}, {"z": [], "v": 0}],
    }
    frame = pl.DataFrame(rows)
    frame.write_parquet(tmp_path / "log.parquet")
    frame.write_ndjson(tmp_path / "log.jsonl")
    table = pl.DataFrame({"k": ["1", "0"], "told": ["one", "none"], "more": [1, 2]})
    table.write_parquet(tmp_path / "t.parquet")
    columns = Columns(
        item="deep.z[].w", ts="t", session="a,b", user="x,y", category="told", order="n", event_id="c", brand="s.more"
    )
    joins = {"t": Join("t.parquet", "k", "told"), "s": Join("t.parquet", "k=k2", "more")}
    both = [
        read(tmp_path / name, columns, joins=joins, flags={"seen": "clicks", "bought": "orders"})
        for name in ("log.parquet", "log.jsonl")
    ]
    assert both[0].equals(both[1])
    assert both[0].height == 3


def test_a_column_that_nobody_names_may_hold_anything(tmp_path):
    odd = pa.array([1, 2]).cast(pa.decimal256(76, 0))
    pq.write_table(pa.table({"user": ["u", "v"], "item": [1, 2], "ts": [3, 4], "odd": odd}), tmp_path / "log.parquet")
    assert read(tmp_path / "log.parquet", Columns(user="user")).height == 2
