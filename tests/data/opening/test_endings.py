import pytest

from data.opening.endings import is_marker, is_readable, is_tabbed, kind_by_name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.csv", "csv"),
        ("a.TSV", "csv"),
        ("a.dat.gz", "text"),
        ("2019.Oct.jsonl", "json"),
        ("a.ndjson.zst", "json"),
        ("A.JSON.GZ", "json"),
        ("events.csv.1", "csv"),
        ("events.csv.2024-02-03.gz", "csv"),
        ("part-0.snappy.parquet", "parquet"),
        ("events", None),
        ("README.md", None),
        ("log.gz", None),
    ],
)
def test_the_format_that_a_name_says(name, kind):
    assert kind_by_name(name) == kind


def test_tabs():
    assert is_tabbed("a.tsv")
    assert is_tabbed("A.TSV.gz")
    assert is_tabbed("a.tsv.1")
    assert not is_tabbed("a.tsv.csv")


def test_what_a_folder_is_read_for():
    assert all(map(is_readable, ["a.csv", "part-00000", "part-00000.gz", "000000_0", "a.log.1"]))
    assert not any(map(is_readable, ["README", "notes.md", "a.csv.crdownload", "Makefile"]))
    assert all(map(is_marker, ["_SUCCESS", ".part-0.crc"]))
