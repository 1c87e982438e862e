import ast
from pathlib import Path

import polars as pl
import pytest

from data.errors import AisleError
from data.paths import file_of, path_of
from data.tables import read_whole, scan, scan_all

ROOT = Path(__file__).parents[2]
READS = ("scan_parquet", "read_parquet", "read_parquet_schema", "read_parquet_metadata", "scan_csv", "scan_ndjson")
ROOMS = (
    *("aisle", "pipeline", "serving", "report", "tabular", "ranker"),
    *("value", "learning", "candidates", "features", "evaluation", "data"),
)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "`workdir` is empty"),
        ("a\0b", r"is 'a\\x00b': no path has a NUL in it"),
        ("a\ud800b", r"is 'a\\ud800b': its name is not UTF-8"),
        ("caf\udce9", "its name is not UTF-8"),
        ("file:///tmp/x", r"give the path itself, '/tmp/x'"),
        ("file://localhost/tmp/x", r"give the path itself, '/tmp/x'"),
        ("s3://bucket/x", "only files of this machine"),
        ("https://shop/log.csv", "only files of this machine"),
        ("x" * 256, "at most 255 bytes"),
        ("é" * 128, "at most 255 bytes"),
        ("x/" * 3_000, "a path 4,000"),
    ],
)
def test_what_is_no_path_is_one_short_line(given, said):
    with pytest.raises(AisleError, match=said) as error:
        path_of(given, "workdir")
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 400


def test_the_home_folder_is_found(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    assert path_of("~/shop", "workdir") == Path("/home/me/shop")
    assert path_of("~", "workdir") == Path("/home/me")
    assert path_of("a~b/~", "workdir") == Path("a~b/~")


def test_what_is_to_be_read_is_meant_by_its_very_name_first(monkeypatch, tmp_path):
    home, shop = tmp_path / "home", tmp_path / "shop"
    (shop / "~").mkdir(parents=True)
    (shop / "~" / "a.csv").touch()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(shop)
    assert file_of("~/a.csv", "train") == Path("~/a.csv")
    assert file_of("~/b.csv", "train") == home / "b.csv"
    assert file_of("~/a.csv", "train", tmp_path) == home / "a.csv"  # there is none of this name in that folder
    assert file_of("b.csv", "train", Path("sub")) == Path("sub/b.csv")
    assert file_of("/b.csv", "train", Path("sub")) == Path("/b.csv")
    with pytest.raises(AisleError, match=r"`train` is 's3://a/b.csv': only files of this machine are read"):
        file_of("s3://a/b.csv", "train", Path("sub"))
    with pytest.raises(AisleError, match="`train` is empty"):
        file_of("", "train")


def test_home_is_looked_for_in_one_place():
    files = (file for room in ROOMS for file in (ROOT / room).rglob("*.py"))
    assert [str(file.relative_to(ROOT)) for file in files if "expanduser" in file.read_text()] == ["data/paths.py"]


@pytest.mark.parametrize("given", ["run[1]", "run?", "run*", "a b", "é", "x" * 255, "-", "C:", "a:b", "run{1,2}"])
def test_other_names_are_taken_as_they_are(given):
    assert path_of(given, "workdir") == Path(given)


@pytest.mark.parametrize("name", ["run[1]", "run?", "run*", "**", "[ab]", "run{1,2}", "%41", "$HOME"])
def test_tables_are_read_by_exact_names(tmp_path, name):
    for folder in (name, "run1", "runx", "a"):
        (tmp_path / folder / "rows").mkdir(parents=True)
        table = pl.DataFrame({"folder": [folder]})
        for number in range(2):
            table.write_parquet(tmp_path / folder / "rows" / f"{number:03d}.parquet")
    rows = tmp_path / name / "rows"
    assert scan(rows).collect()["folder"].to_list() == [name, name]
    assert scan(rows / "000.parquet").collect()["folder"].to_list() == [name]
    assert scan_all([rows / "001.parquet"]).collect()["folder"].to_list() == [name]
    assert read_whole(rows / "000.parquet")["folder"].to_list() == [name]


def test_no_table_is_read_but_by_these():
    """Polars' own scans take patterns in paths: every call stands in `data.tables`, or reads what is open already."""
    found = []
    for file in (file for room in ROOMS for file in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in READS:
                exact = any(word.arg == "glob" for word in node.keywords)
                found += [] if exact else [f"{file.relative_to(ROOT)}:{node.lineno}"]
    assert not found
