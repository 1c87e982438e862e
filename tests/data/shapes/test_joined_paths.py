"""Paths that lead into the columns of joined tables."""

from pathlib import Path

import polars as pl
import pytest

from data.errors import AisleError
from data.formats import Columns, Join, LogFormat
from data.readers.generic import GENERIC, read_generic
from data.validate import validate

PRODUCTS = [
    {
        "product": "a",
        "meta": {"group": {"name": "fruit"}, "made": {"by": "x"}},
        "attributes": [{"key": "colour", "value": "red"}],
    },
    {"product": "b", "meta": {"group": {"name": "tools"}, "made": None}, "attributes": []},
]
BASKETS = [
    {"basket": "1", "lines": [{"sku": "a", "parts": [{"no": 1}, {"no": 2}]}, {"sku": "b", "parts": [{"no": 3}]}]},
    {"basket": "2", "lines": []},
    {"basket": "3", "lines": [{"sku": "b", "parts": []}]},
]


@pytest.fixture(params=["parquet", "jsonl"])
def write(request, tmp_path):
    def written(name, rows):
        frame = pl.DataFrame(rows)
        if request.param == "parquet":
            frame.write_parquet(tmp_path / f"{name}.parquet")
        else:
            frame.write_ndjson(tmp_path / f"{name}.jsonl")
        return f"{name}.{request.param}"

    return written


def read(folder: Path, log: str, columns: Columns, joins, size=1_000_000, **layout) -> pl.DataFrame:
    return pl.concat(
        list(read_generic(folder / log, LogFormat(columns=columns, joins=joins, batch_rows=size, **layout)))
    )


@pytest.mark.parametrize("name", ["meta.group.name", "products.meta.group.name"])
@pytest.mark.parametrize("take", [None, "meta,attributes"])
def test_a_field_of_a_tables_column(tmp_path, write, name, take):
    log = write("log", {"user": ["u", "u", "v"], "product": ["b", "a", "c"], "ts": [1, 2, 3]})
    columns = Columns(item="product", user="user", category=name, brand="products.attributes.colour")
    rows = read(tmp_path, log, columns, {"products": Join(write("products", PRODUCTS), "product", take)})
    assert rows.select("item", "category", "brand").rows() == [
        ("b", "tools", None),
        ("a", "fruit", "red"),
        ("c", None, None),
    ]


def test_a_table_may_be_joined_by_a_field_of_another(tmp_path, write):
    log = write("log", {"user": ["u"], "product": ["a"], "ts": [1]})
    joins = {
        "groups": Join(write("groups", {"name": ["fruit"], "told": ["sweet"]}), "name=meta.group.name"),
        "products": Join(write("products", PRODUCTS), "product"),
    }
    assert read(tmp_path, log, Columns(item="product", user="user", category="told"), joins)["category"].to_list() == [
        "sweet"
    ]


def test_the_logs_own_column_is_meant_first(tmp_path, write):
    log = write("log", {"user": ["u"], "product": ["a"], "ts": [1], "meta": [{"group": {"name": "ours"}}]})
    joins = {"products": Join(write("products", PRODUCTS), "product")}
    columns = Columns(item="product", user="user", category="meta.group.name", brand="products.meta.group.name")
    assert read(tmp_path, log, columns, joins).select("category", "brand").rows() == [("ours", "fruit")]
    with pytest.raises(AisleError, match=r"has a column `meta.group.name` as .* has: leave it out"):
        read(tmp_path, log, columns, {"products": Join(write("products", PRODUCTS), "product", "meta")})
    texts = {"products": Join(write("texts", {"product": ["a"], "meta": ["a text"]}), "product")}
    columns = Columns(item="product", user="user", category="meta.group.name")
    assert read(tmp_path, log, columns, texts)["category"].to_list() == ["ours"]


@pytest.mark.parametrize("size", [1, 2, 100])
def test_entries_of_a_tables_list_are_rows(tmp_path, write, size):
    log = write("log", {"user": ["u", "v", "u", "w"], "id": ["3", "1", "2", "9"], "ts": [1, 2, 3, 4]})
    joins = {"baskets": Join(write("baskets", BASKETS), "basket=id")}
    columns = Columns(item="lines[].sku", user="user")
    rows = read(tmp_path, log, columns, joins, size)
    assert rows.select("user", "item", "dropped").rows() == [
        ("u", "b", None),
        ("v", "a", None),
        ("v", "b", None),
        ("u", None, "no entry in `lines`"),
        ("w", None, None),  # has no row in the table, and so no item
    ]
    layout = LogFormat(columns=columns, joins=joins, unit="s", timezone="UTC", batch_rows=size)
    read_so_far, tallies = 1, []
    for batch in GENERIC.read(tmp_path / log, layout):
        _, bad, tally = validate(batch, tmp_path / log, read_so_far, GENERIC, layout, "user")
        tallies += [(tally.read, tally.exploded, tally.kept, tally.dropped.total(), bad["row"].to_list())]
        read_so_far += tally.read
    assert [sum(column) for column in list(zip(*tallies, strict=True))[:4]] == [4, 1, 3, 1]
    assert tallies[-1][-1] == [4]


def test_lists_within_lists_and_tables_of_entries(tmp_path, write):
    log = write("log", {"user": ["u", "v"], "id": ["1", "3"], "ts": [1, 2]})
    joins = {
        "baskets": Join(write("baskets", BASKETS), "basket=id"),
        "products": Join(write("products", PRODUCTS), "product=lines[].sku"),
    }
    columns = Columns(item="baskets.lines[].parts[].no", user="user", category="meta.group.name")
    rows = read(tmp_path, log, columns, joins)
    assert rows.select("user", "item", "category", "dropped").rows() == [
        ("u", 1, "fruit", None),
        ("u", 2, "fruit", None),
        ("u", 3, "tools", None),
        ("v", None, "tools", "no entry in `lines[].parts`"),
    ]


def test_two_lists_beside_each_other(tmp_path, write):
    log = write("log", {"user": ["u"], "id": ["1"], "ts": [1], "seen": [[{"page": 1}, {"page": 2}]]})
    joins = {"baskets": Join(write("baskets", BASKETS), "basket=id")}
    with pytest.raises(AisleError, match=r"`baskets.lines\[\]` is a second list beside one whose entries make rows"):
        read(tmp_path, log, Columns(item="lines[].sku", user="user", brand="seen[].page"), joins)


def test_a_list_of_the_logs_entries(tmp_path, write):
    """Each entry of the log's own list has a list in the table: a bundle's pieces."""
    log = write("log", {"user": ["u"], "seen": [[{"basket": "1"}, {"basket": "3"}]], "ts": [1]})
    joins = {"baskets": Join(write("baskets", BASKETS), "basket=seen[].basket")}
    rows = read(tmp_path, log, Columns(item="lines[].sku", user="user"), joins)
    assert rows.select("__file_row", "item").rows() == [(0, "a"), (0, "b"), (0, "b")]


@pytest.mark.parametrize(
    ("name", "take", "said"),
    [
        ("products.meta.grp.name", None, "`meta` has no field `grp`: did you mean `group`?"),
        ("meta.grp.name", "meta", "`meta` has no field `grp`: did you mean `group`?"),
        ("meta[].group", "meta", "`meta` holds Struct"),
        ("products.attributes", None, "`attributes` holds List"),
        ("metta.group.name", None, "`metta.group.name` begins with no column of the file"),
    ],
)
def test_paths_that_lead_nowhere(tmp_path, write, name, take, said):
    log = write("log", {"user": ["u"], "product": ["a"], "ts": [1]})
    with pytest.raises(AisleError) as error:
        read(
            tmp_path,
            log,
            Columns(item="product", user="user", category=name),
            {"products": Join(write("products", PRODUCTS), "product", take)},
        )
    assert said in str(error.value)


def test_rows_that_differ_in_a_list_are_refused(tmp_path, write):
    log = write("log", {"user": ["u"], "id": ["1"], "ts": [1]})
    twice = [*BASKETS, {"basket": "1", "lines": [{"sku": "c", "parts": [{"no": 4}]}]}]
    with pytest.raises(AisleError, match=r"`basket` '1' stands in two rows, whose `lines` are \[\{'sku'"):
        read(
            tmp_path,
            log,
            Columns(item="lines[].sku", user="user"),
            {"baskets": Join(write("baskets", twice), "basket=id")},
        )
    same = [*BASKETS, BASKETS[0]]
    rows = read(
        tmp_path, log, Columns(item="lines[].sku", user="user"), {"baskets": Join(write("same", same), "basket=id")}
    )
    assert rows["item"].to_list() == ["a", "b"]
