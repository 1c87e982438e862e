from pathlib import Path

import polars as pl
import pytest

from data.errors import AisleError
from data.file_faults import check_names, csv_fault, json_fault, kind_of, open_quote, require_file, utf8

FILE = Path("log.csv")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.csv", "csv"), ("a.TSV", "csv"), ("a.dat.gz", "csv"), ("2019.Oct.jsonl", "jsonl"), ("a.ndjson.gz", "jsonl")],
)
def test_a_file_is_known_by_its_ending(name, kind):
    assert kind_of(Path(name)) == kind


@pytest.mark.parametrize("name", ["log", "log.gz", "log.xlsx"])
def test_an_ending_that_says_nothing(name):
    with pytest.raises(AisleError, match=f"^{name}: cannot tell the format from its ending"):
        kind_of(Path(name))


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(AisleError, match="there is no such file"):
        require_file(tmp_path)


def test_names():
    with pytest.raises(AisleError, match="the first line has 1 fields where 2 are needed"):
        check_names(FILE, ["a"], ["a", "b"])
    with pytest.raises(AisleError, match=r"two columns of \['a', 'a'\] have one name"):
        check_names(FILE, ["a", "a"], ["a", "a"])


def test_the_line_that_is_not_utf8():
    assert utf8(FILE, 3, "ä\n".encode()) == "ä\n".encode()
    with pytest.raises(AisleError, match=r"^log\.csv: line 5 is not UTF-8"):
        utf8(FILE, 3, b"a\nb\n\xe4\n")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"1,2\n3,4,5\n", "line 8 has more fields than the header"),
        (b'1,"2\n2"\n3,4\n5,6,7', "line 10 has more fields than the header"),
        (b'1,2\n"3"x,4\n', "line 8 has a quote out of place"),
        (b'1,2\r\n3,"4" \r\n', "line 8 has a quote out of place"),
        (b'1,"2 ""two"""\r\n3\n', "what Polars said"),
    ],
)
def test_the_line_of_a_csv_that_is_wrong(text, what):
    error = csv_fault(FILE, 7, text, ",", 2, "what Polars said\nand more")
    assert str(error) == f"log.csv: {what}; mend the line or set `input.format.separator`."


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        (b'{"a": 1}\n\n{"a": 2\n', "line 9 is not JSON; mend or remove the line."),
        (b"[1]\n", "line 7 is not a JSON object; one object a line is needed."),
        (
            b'{"a": [{"b": 9223372036854775808}]}',
            "line 7: `9223372036854775808` is beyond its range (64-bit integers); use text keys.",
        ),
        (
            b'{"a": 1}\n{"a": 2}\n{"a": "x"}\n{"a": 3}',
            "line 9: what Polars said; each field needs one type throughout.",
        ),
    ],
)
def test_the_line_of_a_jsonl_that_is_wrong(lines, what):
    assert str(json_fault(FILE, 7, lines, {"a": pl.Int64()}, "what Polars said\nand more")) == f"log.csv: {what}"


def test_an_open_quote():
    assert str(open_quote(FILE, 4)).startswith("log.csv: line 4 opens a quote that is never closed")
