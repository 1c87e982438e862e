import gzip
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.errors import AisleError
from data.fault import FAULT
from data.files import csv_fields, read_batches, require_columns, select_columns
from data.formats import LogFormat

ONE_CHUNK = LogFormat()
SMALL_CHUNKS = LogFormat(batch_rows=1)  # 100 bytes of text at once
ABC = pl.DataFrame({"a": ["1", "4"], "b": ["2", "5"], "c": ["3", "6"]})
INTEGERS: dict[str, pl.DataType] = {"a": pl.Int64()}


@pytest.fixture
def write(tmp_path):
    def write_file(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write_file


def read(path: Path, log_format: LogFormat = ONE_CHUNK, **settings) -> pl.DataFrame:
    return pl.concat(read_batches(path, log_format, **settings))


def with_faults(path: Path, log_format: LogFormat = ONE_CHUNK, **settings) -> pl.DataFrame:
    return pl.concat(read_batches(path, log_format, **settings), how="diagonal")


def refusal(path: Path, log_format: LogFormat = ONE_CHUNK, **settings) -> str:
    with pytest.raises(AisleError) as error:
        read(path, log_format, **settings)
    message = str(error.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


class TestWhole:
    @pytest.mark.parametrize("ending", ["csv", "CSV", "txt", "dat", "2019-Oct.csv"])
    def test_plain_csv(self, write, ending):
        assert_frame_equal(read(write(f"log.{ending}", b"a,b,c\n1,2,3\n4,5,6\n")), ABC)

    def test_gzip(self, write):
        assert_frame_equal(read(write("log.csv.gz", gzip.compress(b"a,b,c\n1,2,3\n4,5,6\n"))), ABC)

    @pytest.mark.parametrize(
        "text",
        [
            b"\xef\xbb\xbfa,b,c\n1,2,3\n4,5,6\n",
            b"a,b,c\r\n1,2,3\r\n4,5,6\r\n",
            b'"a","b", c \n"1","2","3"\n"4","5","6"',
            b"\n \na,b,c\n\n1,2,3\n\n\n4,5,6\n\n",
            b"a,b,c\r\n\r\n1,2,3\r\n\r\n4,5,6\r\n\r\n",
        ],
        ids=["byte order mark", "CRLF", "quotes and blanks in the header", "blank lines", "blank lines with CRLF"],
    )
    @pytest.mark.parametrize("log_format", [ONE_CHUNK, SMALL_CHUNKS], ids=["one chunk", "small chunks"])
    def test_what_editors_do_to_a_csv(self, write, text, log_format):
        assert_frame_equal(read(write("log.csv", text), log_format), ABC)

    @pytest.mark.parametrize("text", [b"\xef\xbb\xbf1,2,3\n4,5,6\n", b"\n1,2,3\n\n4,5,6"])
    def test_csv_without_header(self, write, text):
        assert_frame_equal(read(write("log.csv", text), header=["a", "b", "c"]), ABC)

    def test_chunks_of_blank_lines(self, write):
        path = write("log.csv", b"\n" * 5000 + b"a,b,c\n1,2,3\n" + b"\n" * 500 + b"4,5,6\n" + b"\n" * 500)
        assert_frame_equal(read(path, SMALL_CHUNKS), ABC)

    def test_blank_lines_within_a_field_stay(self, write):
        path = write("log.csv", b'a,b\n\n1,"x\n\n y"\n\n2,z\n')
        assert read(path).rows() == [("1", "x\n\n y"), ("2", "z")]

    def test_lines_of_separators_are_rows(self, write):
        assert read(write("log.csv", b"a,b\n,\n\n1,2\n")).rows() == [(None, None), ("1", "2")]

    @pytest.mark.parametrize("log_format", [ONE_CHUNK, SMALL_CHUNKS], ids=["one chunk", "small chunks"])
    def test_lines_that_end_early_have_nulls_wherever_they_stand(self, write, log_format):
        text = b"a,b,c\n" + b"1,2\n" * 60 + b"1,2,3\n"
        frame = read(write("log.csv", text), log_format)
        assert frame["c"].to_list() == [None] * 60 + ["3"]

    def test_quoted_newlines_cross_chunks(self, write):
        text = b"".join(b'%d,"line\n%d ""q"" %s",z\n' % (i, i, b"," * (i % 90)) for i in range(200))
        path = write("log.csv", b"a,b,c\n" + text)
        batches = list(read_batches(path, SMALL_CHUNKS))
        assert len(batches) > 50
        assert_frame_equal(pl.concat(batches), read(path))
        assert pl.concat(batches)["b"][2] == 'line\n2 "q" ,,'

    def test_lines_longer_than_a_chunk(self, write):
        path = write("log.csv", b"a," + b"b" * 500 + b"\n1," + b"x" * 1000 + b"\n2,y\n")
        assert read(path, SMALL_CHUNKS)["b" * 500].to_list() == ["x" * 1000, "y"]

    def test_parquet_in_batches(self, tmp_path):
        path = tmp_path / "log.parquet"
        frame = pl.DataFrame({"a": [1, 2, 3], "b": pl.Series(["x", "y", None], dtype=pl.Categorical)})
        frame.write_parquet(path)
        batches = list(read_batches(path, LogFormat(batch_rows=2)))
        assert [batch.height for batch in batches] == [2, 1]
        assert_frame_equal(pl.concat(batches), frame.cast({"b": pl.String}))


class TestJsonl:
    def test_escaped_quotes_do_not_join_lines(self, write):
        line = b'{"a": 1, "s": "7\\" nails"}\n'
        path = write("log.jsonl", line * 100)
        assert len(list(read_batches(path, SMALL_CHUNKS))) > 10

    @pytest.mark.parametrize("log_format", [ONE_CHUNK, SMALL_CHUNKS], ids=["one chunk", "small chunks"])
    def test_types_are_those_of_the_whole_file(self, write, log_format):
        path = write("log.jsonl", b'{"a": 1, "s": null}\r\n\r\n' * 30 + b'{"a": 1.5, "s": "x", "l": [{"b": 1}]}\n')
        frame = read(path, log_format)
        assert frame.schema == {"a": pl.Float64, "s": pl.String, "l": pl.List(pl.Struct({"b": pl.Int64}))}
        assert frame.row(30) == (1.5, "x", [{"b": 1}])

    def test_byte_order_mark(self, write):
        assert read(write("log.jsonl", b'\xef\xbb\xbf{"a": 1}\n'), schema=INTEGERS).rows() == [(1,)]

    @pytest.mark.parametrize("log_format", [ONE_CHUNK, SMALL_CHUNKS], ids=["one chunk", "small chunks"])
    @pytest.mark.parametrize("schema", [None, INTEGERS], ids=["inferred", "given"])
    @pytest.mark.parametrize(
        ("line", "why"),
        [
            (b"a, b", "is not JSON"),
            (b'{"a": 1', "is not JSON"),
            (b"[1, 2]", "is not a JSON object"),
            (b'{"a": NaN}', "holds NaN or Infinity, which JSON does not have (write null)"),
            (b'{"a": "\xff"}', "is not UTF-8 (see `input.format.encoding`)"),
            (b'{"a": ' + b"[" * 3000 + b"]" * 3000 + b"}", "is nested too deep"),
            (b'{"a": 99999999999999999999}', "holds a number beyond 64-bit integers (write it as a text)"),
            (b'{"a": 9223372036854775808}', "holds a number beyond 64-bit integers (write it as a text)"),
        ],
    )
    def test_wrong_line_is_a_fault(self, write, log_format, schema, line, why):
        path = write("log.jsonl", b'{"a": 1}\n' * 50 + b"\n" + line + b"\n" + b'{"a": 2}\n' * 50)
        rows = with_faults(path, log_format, schema=schema)
        assert rows.rows() == [(1, None)] * 50 + [(None, f"line 52 {why}")] + [(2, None)] * 50

    def test_number_beyond_64_bits_within_a_nested_field(self, write):
        schema = {"events": pl.List(pl.Struct({"aid": pl.Int64}))}
        path = write(
            "log.jsonl", b'{"events": [{"aid": 1}]}\n{"events": [{"aid": 1}, {"aid": -9223372036854775809}]}\n'
        )
        assert "line 2 holds a number beyond 64-bit integers" in with_faults(path, schema=schema)[FAULT][1]

    def test_wrong_type_is_a_fault_where_types_are_given(self, write):
        path = write("log.jsonl", b'{"a": 1}\n{"a": 2}\n{"a": "x"}\n{"a": 4}\n')
        rows = with_faults(path, schema=INTEGERS)
        assert rows["a"].to_list() == [1, 2, None, 4]
        assert rows[FAULT][2].startswith("line 3 has a field of another type: cannot parse 'x'")

    @pytest.mark.parametrize("log_format", [ONE_CHUNK, SMALL_CHUNKS], ids=["one chunk", "small chunks"])
    def test_types_that_do_not_go_together_are_text(self, write, log_format):
        path = write("log.jsonl", b'{"a": 1}\n' * 50 + b"\n" * 200 + b'{"a": [1]}\n' * 50)
        assert read(path, log_format)["a"].to_list() == ["1"] * 50 + ["[1]"] * 50

    def test_chunks_of_blank_lines(self, write):
        path = write("log.jsonl", b"\n" * 500 + b'{"a": 1}\n' + b"\n" * 500 + b'{"a": 2}\n' + b"\n" * 500)
        assert read(path, SMALL_CHUNKS).rows() == [(1,), (2,)]

    def test_only_blank_lines(self, write):
        assert refusal(write("log.jsonl", b"\n\n")) == "the file has no rows."


class TestRefusals:
    @pytest.mark.parametrize("name", ["absent.csv", "absent.jsonl", "absent.parquet", "absent.csv.gz"])
    def test_missing_file(self, tmp_path, name):
        assert refusal(tmp_path / name).startswith("there is no such file; check the path")

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("log.csv", b""),
            ("log.csv", b"\n\n"),
            ("log.csv", b"a,b,c\n"),
            ("log.csv", b"a,b,c"),
            ("log.csv.gz", b""),
            ("log.csv.gz", gzip.compress(b"a,b,c\n", mtime=0)),
            ("log.jsonl", b""),
        ],
    )
    def test_no_rows(self, write, name, content):
        assert refusal(write(name, content)) == "the file has no rows."

    def test_parquet_without_rows(self, tmp_path):
        path = tmp_path / "log.parquet"
        ABC.clear().write_parquet(path)
        assert refusal(path) == "the file has no rows."

    @pytest.mark.parametrize("length", [0, 20, -10])
    def test_truncated_parquet(self, tmp_path, length):
        path = tmp_path / "log.parquet"
        ABC.write_parquet(path)
        path.write_bytes(path.read_bytes()[:length])
        assert refusal(path).startswith("not a whole parquet file (")

    @pytest.mark.parametrize("log_format", [ONE_CHUNK, SMALL_CHUNKS], ids=["one chunk", "small chunks"])
    @pytest.mark.parametrize("cut", [5, 60])
    def test_truncated_gzip(self, write, cut, log_format):
        whole = gzip.compress(b"a,b,c\n" + b"".join(b"%d,2,3\n" % i for i in range(500)))
        assert refusal(write("log.csv.gz", whole[:-cut]), log_format).startswith("the gzip file is truncated or broken")

    def test_columns_of_one_name(self, write):
        path = write("log.csv", b"a, a,b\n1,2,3\n")
        assert read(path).columns == ["a (column 1)", "a (column 2)", "b"]
        with pytest.raises(AisleError, match=r"columns 1 and 2 are both named `a`; rename one"):
            require_columns(read(path), ["a"], path, mend="")
        require_columns(read(path), ["b"], path, mend="")

    def test_another_number_of_columns_than_the_format_has(self, write):
        message = refusal(write("log.csv", b"1,2,3\n"), header=["a", "b"])
        assert message == "the first line has 3 fields where 2 are needed: ['a', 'b']."


def test_csv_fields(write):
    path = write("log.csv", b'\n"a;b"; c;\n1;2;3\n')
    assert csv_fields(path, LogFormat(separator=";")) == ["a;b", "c", ""]


def test_require_columns():
    require_columns(ABC, ["a", "c"], Path("x.csv"), mend="name them")
    with pytest.raises(AisleError) as error:
        require_columns(ABC, ["a", "d"], Path("x.csv"), mend="name them")
    assert str(error.value) == "x.csv: column `d` is missing; the file has ['a', 'b', 'c']: name them."


def test_select_columns_whatever_their_spelling():
    frame = pl.DataFrame({"Customer ID": [1], "UNIT_PRICE": [2], "price": [3], "more": [4]})
    chosen = select_columns(frame, {"user": "CustomerID", "price": "UnitPrice|Price"}, Path("x.csv"), mend="")
    assert chosen.to_dict(as_series=False) == {"user": [1], "price": [2]}
    with pytest.raises(AisleError, match=r"column `Invoice` is missing"):
        select_columns(frame, {"session": "Invoice|InvoiceNo"}, Path("x.csv"), mend="")


def test_a_separator_that_was_forgotten(write):
    path = write("log.csv", b"item;ts;user\n1;2;3\n")
    with pytest.raises(AisleError, match=r"its fields look divided by `;`; set `input.format.separator`"):
        require_columns(read(path), ["user", "item"], path, mend="")


def test_a_header_that_is_not_there(write):
    path = write("log.csv", b"17,2024-01-01,9\n18,2024-01-02,9\n")
    with pytest.raises(AisleError, match=r"if it has no header line, name its columns under `input.format.header`"):
        require_columns(read(path), ["item"], path, mend="")


def test_no_line_that_could_be_read_tells_why(write):
    path = write("log.jsonl", b'{"item": NaN}\n')
    with pytest.raises(AisleError, match="line 1 holds NaN"):
        require_columns(with_faults(path), ["item"], path, mend="")


def test_folders_give_columns(tmp_path):
    folder = tmp_path / "dt=2024-02-03" / "country=__HIVE_DEFAULT_PARTITION__" / "shop=a%2Fb"
    folder.mkdir(parents=True)
    (folder / "part-0.csv").write_text("a,shop\n1,own\n2\n3,2,4\n")
    rows = with_faults(folder / "part-0.csv")
    assert rows.select("a", "shop", "dt", "country").rows() == [
        ("1", "own", "2024-02-03", None),
        ("2", None, "2024-02-03", None),
        (None, None, "2024-02-03", None),
    ]


@pytest.mark.parametrize("first", ["# written by a job", "Events of March;all"])
def test_a_line_before_the_header(write, first):
    path = write("log.csv", f"{first}\na,b,c\n1,2,3\n".encode())
    (batch,) = read_batches(path, LogFormat())
    with pytest.raises(
        AisleError, match=r"the first line names [12] columns, .*leave out what stands before the header"
    ):
        require_columns(batch, ["b"], path, "name it")
