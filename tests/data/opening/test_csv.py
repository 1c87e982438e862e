"""CSV files of any dialect, and what is wrong with their lines."""

import csv
import gzip
import io
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import AisleError
from data.files import csv_fields, read_batches
from data.formats import LogFormat
from data.opening import limits
from data.opening.csv.odd import NEVER_CLOSED, OUT_OF_PLACE, SURPLUS, ZEROS
from data.opening.text import NOT_UTF8
from tests.data.opening.conftest import rows_of

GOOD = b"1,2,3\n"
ANY_SIZE = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def faults(rows) -> dict[int, str]:
    return {number: row[-1] for number, row in enumerate(rows) if row[-1] is not None}


class TestDialects:
    @pytest.mark.parametrize(
        ("text", "layout"),
        [
            (b"a;b\n1;x\n2;y\n", {"separator": ";"}),
            (b"a\tb\n1\tx\n2\ty\n", {"separator": "tab"}),
            (b"a\tb\n1\tx\n2\ty\n", {"separator": r"\t"}),
            (b"a::b\n1::x\n2::y\n", {"separator": "::"}),
            ("aéb\n1éx\n2éy\n".encode(), {"separator": "é"}),
            (b"1,x\n2,y\n", {"header": "a, b"}),
            (b"1::x\n2::y\n", {"header": "a,b", "separator": "::"}),
            (b"'a','b'\n'1','x'\n'2',y\n", {"quote": "'"}),
            (b"a||b\r\n1||x\r\n2||y", {"separator": "||"}),
        ],
    )
    def test_what_is_set(self, write, rows, text, layout):
        assert rows(write("log.csv", text), **layout) == [("1", "x", None), ("2", "y", None)]

    def test_quotes_that_mean_nothing(self, write, rows):
        path = write("log.csv", b'a,b\n27",7" x\n"1,"2"\n\n3,""\n')
        assert rows(path, quote="none") == [('27"', '7" x', None), ('"1', '"2"', None), ("3", '""', None)]

    def test_separators_of_several_letters_within_quotes(self, write, rows):
        path = write("log.csv", b'a::b\n1::"x::y"\n"::"::2\n')
        assert rows(path, separator="::") == [("1", "x::y", None), ("::", "2", None)]

    def test_a_letter_that_stands_in_for_separators(self, write):
        with pytest.raises(AisleError, match=r"holds the control letter U\+001F"):
            list(read_batches(write("log.csv", b"a::b\n1::\x1f\n"), LogFormat(separator="::")))

    @pytest.mark.parametrize(
        ("layout", "said"),
        [
            ({"quote": "«"}, "`input.format.quote` '«' encloses nothing"),
            ({"quote": "qq"}, "`input.format.quote` 'qq' encloses nothing"),
            ({"separator": "\n"}, "`input.format.separator` '\\n' holds a newline"),
            ({"separator": '"'}, "`input.format.separator` '\"' holds a newline or the quote"),
            ({"header": "a"}, "the first line has 2 fields where 1 are needed: ['a']"),
            ({"header": "a,b", "separator": ";"}, "its fields look divided by `,`: set `input.format.separator`"),
        ],
    )
    def test_what_cannot_be_meant(self, write, layout, said):
        with pytest.raises(AisleError) as error:
            list(read_batches(write("log.csv", b"1,2\n3,4\n"), LogFormat(**layout)))
        assert said in str(error.value)

    @pytest.mark.parametrize(
        "begin",
        [
            b"sep=;\n",
            b"SEP=;\r\n",
            b'"sep=;"\n',
            b"\xef\xbb\xbfsep=;\r\n",
            b"sep=;\n\xef\xbb\xbf",
            b"sep=;;;\n",
            b"sep=;\n\n \n",
        ],
    )
    @pytest.mark.parametrize("layout", [{}, {"separator": "::"}, {"separator": ","}, {"header": "a,b"}])
    def test_a_first_line_that_names_the_separator(self, write, rows, begin, layout):
        names = b"" if "header" in layout else b"a;b\n"
        path = write("log.csv", begin + names + b'1;"x;y"\n2;y;z\n')
        line = (begin + names).count(b"\n") + 2
        assert rows(path, **layout) == [("1", "x;y", None), (None, None, f"line {line} {SURPLUS}")]
        assert csv_fields(path, LogFormat(**layout)) == ["a", "b"]

    def test_such_lines_of_other_writers(self, write, rows):
        for name, text in [
            ("log.csv", "sep=\t\na\tb\n1\tx\n"),
            ("log.csv", "sep=\\t\na\tb\n1\tx\n"),
            ("log.tsv", "sep=|\ra|b\r1|x\r"),
        ]:
            assert rows(write(name, text.encode())) == [("1", "x", None)]
        path = write("wide.csv", "sep=;\r\na;b\r\n1;é\r\n".encode("utf-16"))
        assert rows(path, encoding="utf-16") == [("1", "é", None)]
        packed = write("log.csv.gz", gzip.compress(b"sep=;\na;b\n1;x\n"))
        assert rows(packed) == [("1", "x", None)]

    @pytest.mark.parametrize("text", [b"sep=ab,b\n1,x\n", b"sep=a,b\n1,x\n", b"sep=,b\n1,x\n", b"sep,b\n1,x\n"])
    def test_other_first_lines_name_columns(self, write, rows, text):
        assert rows(write("log.csv", text)) == [("1", "x", None)]

    def test_headers_with_blanks(self, write):
        for text, names in [
            (b" a , ,b,\n1,2,3,4\n", ["a", " (column 2)", "b", " (column 4)"]),
            (b'\n \n"a\nb",c\n1,2\n', ["a\nb", "c"]),
            (b"a,b\n1,2,\n3,4,\n", ["a", "b", ""]),
        ]:
            frame = next(iter(read_batches(write("log.csv", text), LogFormat(batch_rows=1))))
            assert frame.columns == names

    def test_a_separator_at_the_end_of_every_row(self, write, rows):
        assert rows(write("log.csv", b"a,b\n1,2,\n3,4,\n")) == [("1", "2", None, None), ("3", "4", None, None)]

    def test_a_header_that_is_there_after_all(self, write, rows):
        path = write("log.csv", b"a,b\n1,2\n")
        assert rows(path, columns=["a", "b"]) == [(None, None, "line 1 is the header again"), ("1", "2", None)]


class TestFaults:
    @pytest.mark.parametrize(
        ("line", "why"),
        [
            (b"1,2,3,4", SURPLUS),
            (b'"1","2, 2",3,4', SURPLUS),
            (b",,,", SURPLUS),
            (b'1,7" nails,3', OUT_OF_PLACE),
            (b'1,"7"nails,3', OUT_OF_PLACE),
            (b'1,"7" ,3', OUT_OF_PLACE),
            (b'1,2,"7"n"ails"', OUT_OF_PLACE),
            (b'1,"7,3', NEVER_CLOSED),
            (b'1,2,"', NEVER_CLOSED),
            (b"a,b,c", "is the header again"),
            (b"a,b,c\r", "is the header again"),
            (b"1,caf\xe9,3", NOT_UTF8),
            (b"1,\x00\x00,3", ZEROS),
            (b'1,"Pan \\"Grande\\" 28,3', OUT_OF_PLACE),
        ],
    )
    @pytest.mark.parametrize("before", [1, 90])
    @pytest.mark.parametrize("end", [b"\n", b"", b"\n" + GOOD * 70, b'\n1,"2\n2",3\n' + GOOD * 9 + b'"1",2,3\n'])
    def test_a_line_that_cannot_be_read(self, write, rows, line, why, before, end):
        text = b'a,b,c\n1,"2\n2",3\n\n' + GOOD * before + line + end
        read = rows(write("log.csv", text))
        number = before + 5
        assert faults(read) == {before + 1: f"line {number} {why}"}
        assert read[before + 1] == (None, None, None, f"line {number} {why}")
        assert len(read) == before + 2 + (0 if end in (b"\n", b"") else 70 if end.endswith(GOOD * 70) else 11)

    def test_lines_that_end_early(self, write, rows):
        assert rows(write("log.csv", b"a,b,c\n1\n1,2,3\n1,\n")) == [
            ("1", None, None, None),
            ("1", "2", "3", None),
            ("1", None, None, None),
        ]

    def test_quotes_in_pairs_within_a_field_stay(self, write, rows):
        path = write("log.csv", b'a,b,c\n1,27" x 30",3\n1, "2",3\n1,2,3,4\n')
        assert rows(path)[:2] == [("1", '27" x 30"', "3", None), ("1", ' "2"', "3", None)]

    def test_backslashes_before_quotes(self, write, rows):
        path = write("log.csv", b'a,b,c\n1,"Pan \\"Grande\\" 28, \\\\ C:\\x",3\n"C:\\",2,3\n1,"a \\"b\\"\nc",3\n')
        assert rows(path) == [
            ("1", 'Pan "Grande" 28, \\ C:\\x', "3", None),
            ("C:\\", "2", "3", None),
            ("1", 'a "b"\nc', "3", None),
        ]

    def test_two_stray_quotes_swallow_nothing(self, write, rows):
        lines = [b"%d,%d,pv,%d" % (i, 7 * i, 1511544070 + i) for i in range(60)]
        lines[3] = b'3,"21,pv,1511544073'
        lines[48] = b'48,336",pv,1511544118'
        read = rows(write("log.csv", b"\n".join(lines)), columns=["u", "i", "t", "s"])
        assert faults(read) == {3: f"line 4 {NEVER_CLOSED}", 48: f"line 49 {OUT_OF_PLACE}"}
        assert [row[0] for row in read if row[-1] is None] == [str(i) for i in range(60) if i not in (3, 48)]

    def test_a_text_of_several_lines_is_one_field(self, write, rows):
        text = b'user,text,ts\n1,"fine, but\nlate, sorry\n\nand 3, again",2024-01-01\n2,"a\nb",2024-01-02\n'
        assert rows(write("log.csv", text)) == [
            ("1", "fine, but\nlate, sorry\n\nand 3, again", "2024-01-01", None),
            ("2", "a\nb", "2024-01-02", None),
        ]

    def test_a_quote_that_is_not_closed_for_very_long(self, write, monkeypatch):
        long = limits.LONGEST_FIELD
        path = write("log.csv", b'a,b,c\n4,"5,6\n' + b"x\n" * long + b'"\n')
        for size in (1000, 10**6):
            heights, told = 0, []
            for batch in read_batches(path, LogFormat(batch_rows=size)):
                heights += batch.height
                if "__fault" in batch.columns:
                    told += batch["__fault"].drop_nulls().to_list()
            assert (heights, told) == (long + 2, [f"line 2 {NEVER_CLOSED}", f"line {long + 3} {NEVER_CLOSED}"])


class TestLimits:
    def test_a_line_that_is_too_long(self, write):
        path = write("log.csv", b"a,b\n1,2\n" + b"x" * (limits.LONGEST_LINE + 1) + b"\n1,2\n")
        for size in (1000, 10**6):
            with pytest.raises(AisleError, match="line 3 is longer than 16 MiB"):
                list(read_batches(path, LogFormat(batch_rows=size)))

    def test_too_many_fields(self, write):
        with pytest.raises(AisleError, match="the first line has more than 10,000 fields"):
            list(read_batches(write("log.csv", b"," * 20_000 + b"\n1\n"), LogFormat()))

    def test_millions_of_blank_lines(self, write, rows):
        assert rows(write("log.csv", b"\n" * 3_000_000 + b"a,b\n" + b"\r\n" * 100_000 + b'1,"\n\n"\n'))[0][:1] == ("1",)


@given(
    table=st.lists(
        st.lists(st.text(st.sampled_from("ab1 ,;\t\"'\n\r\\é:"), max_size=6), min_size=3, max_size=3), max_size=40
    ),
    separator=st.sampled_from([",", ";", "\t", ":"]),
    quote=st.sampled_from(['"', "'"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    end=st.sampled_from(["\n", "\r\n"]),
)
@ANY_SIZE
def test_what_a_writer_writes_is_read(tmp_path_factory, table, separator, quote, quoting, end):
    """Whatever a table holds, but for blank records and values that look like lines of it."""
    table = [[value.replace("\r", "") for value in row] for row in table if any(value.strip() for value in row)]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, quotechar=quote, quoting=quoting, lineterminator=end)
    writer.writerows([["x1", "x2", "x3"], *table])
    path = tmp_path_factory.mktemp("csv") / "log.csv"
    path.write_bytes(out.getvalue().encode())
    if not table:
        return
    read = rows_of(path, separator=separator, quote=quote)
    assert [[value or "" for value in row[:3]] for row in read] == table
    assert not faults(read)


@given(seed=st.integers(0, 10**9))
@ANY_SIZE
def test_every_line_is_told_of(tmp_path_factory, seed):
    """Random letters: rows, faults, blanks and lines within fields are all lines, in batches of any size."""
    draw = random.Random(seed)
    cells = ["", "1", "27", "ab", '"a"', '"a ""b"" c"', '"x\ny"', '"', 'a"b', 'a"b"', '\\"', "\xff", "\0", "é", '"a,b"']
    lines = [",".join(draw.choices(cells, k=draw.choice([1, 3, 3, 3, 4]))) for _ in range(draw.randrange(1, 50))]
    text = "\n".join(["c1,c2,c3", *lines]) + draw.choice(["", "\n"])
    content = text.encode("latin-1") if "\xff" in text else text.encode()
    path = tmp_path_factory.mktemp("csv") / "log.csv"
    path.write_bytes(content)
    read = _rows(path)
    if read is None:
        return
    physical = content.rstrip(b"\n").count(b"\n") if not content.endswith(b"\n") else content.count(b"\n") - 1
    within = sum(value.count("\n") for row in read for value in row[:-1] if value)
    blank = sum(not line.strip(b" \r") for line in content.split(b"\n")[1:])
    assert len(read) + within <= max(physical, 1) <= len(read) + within + blank


def _rows(path):
    """The rows; null where there are none, or more lines than a few are not UTF-8."""
    try:
        return rows_of(path)
    except AisleError as error:
        if "has no rows" in str(error) or "is not UTF-8" in str(error):
            return None
        raise
