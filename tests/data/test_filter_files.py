import gzip

import polars as pl
import pytest

from data.errors import AisleError
from data.filter_files import as_keys, read_items, read_stock

NAMES = ("item", "product")


@pytest.fixture
def write(tmp_path):
    def written(name, content):
        path = tmp_path / name
        if isinstance(content, pl.DataFrame):
            content.write_parquet(path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.txt", "\ufeffb 1\n\n 7 \r\n07\nb 1\n"),
        ("list", "b 1\n7\n07\n"),
        ("list.csv", "b 1\n7\n07\n"),
        ("table.csv", "brand,item\nx,b 1\ny, 7 \nz,07\n"),
        ("table.csv", "product\nb 1\n7\n07\n"),
        ("table.txt", "stock;item\n3;b 1\n0;7\n1;07\n"),
        ("list.txt.gz", gzip.compress(b"b 1\n7\n07\n", mtime=0)),
        ("table.parquet", pl.DataFrame({"product": ["b 1", "7", None, "07", ""]})),
        ("table.jsonl", '{"item": "b 1"}\n{"item": "7"}\n{"item": "07", "more": 1}\n'),
    ],
)
def test_a_key_a_line_or_a_table(name, content, write):
    assert read_items(write(name, content), "filters.deny", NAMES).to_list() == ["b 1", "7", "07"]


def test_keys_are_as_the_shop_writes_them():
    assert as_keys(pl.Series([5, None, 7])).to_list() == ["5", None, "7"]
    assert as_keys(pl.Series([5.0, None, 7.5, float("nan")])).to_list() == ["5", None, None, None]
    assert as_keys(pl.Series([" a ", "", None])).to_list() == ["a", None, None]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("list.txt", "\n \n", "`filters.deny` names no item; give a key a line, or a table with a column `item`"),
        ("list.txt", b"\xff\xfe\n", "byte 0 is not UTF-8"),
        ("list.txt.gz", b"no gzip", "cannot be read"),
        ("table.parquet", pl.DataFrame({"sku": [1]}), r"`filters.deny` needs a column `item`, the table has \['sku'\]"),
        ("table.parquet", pl.DataFrame({"item": [[1]]}), r"column `item` holds List\(Int64\); give one key a row"),
    ],
)
def test_what_is_no_list(name, content, message, write):
    with pytest.raises(AisleError, match=message):
        read_items(write(name, content), "filters.deny", NAMES)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(AisleError, match="cannot be read"):
        read_items(tmp_path / "nothing.txt", "filters.deny", NAMES)


def test_stock(write):
    told = "item,stock\na,3\nb,0\nc,-1\nb, 2\n,5\n"
    assert read_stock(write("stock.csv", told), NAMES).rows() == [("a", 3.0), ("b", 2.0), ("c", -1.0)]
    whole = pl.DataFrame({"product": [4, 5], "stock": [0, 1]})
    assert read_stock(write("stock.parquet", whole), NAMES).rows() == [("4", 0.0), ("5", 1.0)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("item,stock\na,3\nb,many\n", "row 2: `stock` of item 'b' is 'many', and no number"),
        ("item,stock\na,\n", "row 1: `stock` of item 'a' is None, and no number"),
        ("item,left\na,3\n", r"needs a table with columns `item` and `stock`, got \['item', 'left'\]"),
        ("a\nb\n", "needs a table with columns `item` and `stock`, got a list"),
    ],
)
def test_what_is_no_stock(content, message, write):
    with pytest.raises(AisleError, match=message):
        read_stock(write("stock.csv", content), NAMES)
