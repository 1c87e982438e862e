import bz2
import gzip
import io
import lzma
import zipfile

import polars as pl
import pyarrow as pa
import pytest

from data.errors import AisleError
from data.filter_files import ItemFiles
from data.formats import LogFormat

FILES = ItemFiles(("item", "product"))
KEYS = ["b 1", "7", "07"]


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
    assert FILES.items(write(name, content), "filters.deny").to_list() == KEYS


def zipped(name: str, text: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), text)  # whose date is always the same
    return packed.getvalue()


PACKED = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda text: pa.compress(text, codec="zstd", asbytes=True),
    "zip": lambda text: zipped("list.csv", text),
}


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize(
    "text", [b"b 1\n7\n07\n", b"brand|item\nx|b 1\ny|7\nz|07\n", b"sep=;\nbrand;item\nx;b 1\ny;7\nz;07\n"]
)
@pytest.mark.parametrize("named", [True, False])
def test_packed_ones(packing, text, named, write):
    path = write(f"list.csv.{packing}" if named else "list", PACKED[packing](text))
    assert FILES.items(path, "filters.allow").to_list() == KEYS


@pytest.mark.parametrize(
    ("layout", "content"),
    [
        ({}, b'"b 1"\n"7"\n07\n'),
        ({}, b"item\tbrand\nb 1\tx\n7\ty\n07\tz\n"),
        ({}, b'brand,item\n"x, y",b 1\nz,7\nz,07\n'),
        ({"separator": "::"}, b"brand::item\nx::b 1\ny::7\nz::07\n"),
        ({"separator": "::"}, b"brand,item\nx,b 1\ny,7\nz,07\n"),
        ({"quote": "'"}, b"brand,item\n'x, y',b 1\nz,7\nz,07\n"),
        ({"header": "a,b"}, b"item,brand\nb 1,x\n7,y\n07,z\n"),
        ({"encoding": "utf-16"}, "brand,item\nx,b 1\ny,7\nz,07\n".encode("utf-16")),
        ({"encoding": "utf-16"}, "b 1\n7\n07\n".encode("utf-16")),
        ({"encoding": "utf-16"}, b"b 1\n7\n07\n"),
        ({}, b"b 1\nnull\n7\nUndefined\n07\n"),
        ({"null_tokens": "0"}, b"0\nb 1\n7\n07\n"),
        ({}, b"b 1\r7\r07\r"),
    ],
)
def test_written_as_the_log_or_plainly(layout, content, write):
    reading = ItemFiles(FILES.names, LogFormat(**layout))
    assert reading.items(write("list.csv", content), "filters.allow").to_list() == KEYS


def test_letters_beyond_ascii(write):
    for layout, encoding in [({}, "utf-8"), ({"encoding": "cp1252"}, "cp1252"), ({"encoding": "cp1252"}, "utf-8-sig")]:
        reading = ItemFiles(FILES.names, LogFormat(**layout))
        for text in ('é\n5" x 3\n', "item,brand\né,Ü\n5'' x 3,\n"):
            keys = reading.items(write("list.txt", text.encode(encoding)), "filters.allow").to_list()
            assert keys == ["é", text.split("\n")[-2].strip(",")]


def test_keys_are_as_the_shop_writes_them(write):
    for told, keys in [
        (pl.Series([5, None, 7]), ["5", "7"]),
        (pl.Series([5.0, None, 7.5, float("nan")]), ["5"]),
        (pl.Series([" a ", "", None]), ["a"]),
        (pl.Series([b"a", b"b"]), ["a", "b"]),
        (pl.Series(["a", "a", "b"], dtype=pl.Categorical), ["a", "b"]),
        (pl.Series(["5", "6"]).cast(pl.Decimal(10, 0)), ["5", "6"]),
    ]:
        path = write("list.parquet", pl.DataFrame({"item": told}))
        assert FILES.items(path, "filters.allow").to_list() == keys


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("list.txt", "\n \n", "`filters.deny` names no item; give a key a line, or a table with a column `item`"),
        ("list.txt", b"\xff\xfe\n", "looks like UTF-16"),
        ("list.txt", b"a\n" * 9000 + b"caf\xe9\n", r"line 9001 is not UTF-8 \(see `input.format.encoding`\)"),
        ("list.txt.gz", gzip.compress(b"7\n" * 99, mtime=0)[:20], "the gzip file is truncated or broken"),
        ("list.xlsx", zipped("[Content_Types].xml", b"<a/>"), "an Excel or Office file; save the sheet as CSV"),
        ("table.parquet", pl.DataFrame({"item": [2.0**60]}), "`item` .* is a float from 2\\^53 on"),
        ("table.parquet", pl.DataFrame({"sku": [1]}), r"`filters.deny` needs a column `item`, the table has \['sku'\]"),
        ("table.parquet", pl.DataFrame({"item": [[1]]}), r"column `item` holds List\(Int64\); give one key a row"),
    ],
)
def test_what_is_no_list(name, content, message, write):
    with pytest.raises(AisleError, match=message):
        FILES.items(write(name, content), "filters.deny")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(AisleError, match="there is no such file"):
        FILES.items(tmp_path / "nothing.txt", "filters.deny")


def test_stock(write):
    told = "item,stock\na,3\nb,0\nc,-1\nb, 2\n,5\n"
    assert FILES.stock(write("stock.csv", told)).rows() == [("a", 3.0), ("b", 2.0), ("c", -1.0)]
    german = ItemFiles(FILES.names, LogFormat(decimal=","))
    assert german.stock(write("stock.csv", "item;stock\na;1.000,5\n")).rows() == [("a", 1000.5)]
    whole = pl.DataFrame({"product": [4, 5], "stock": [0, 1]})
    assert FILES.stock(write("stock.parquet", whole)).rows() == [("4", 0.0), ("5", 1.0)]


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
        FILES.stock(write("stock.csv", content))
