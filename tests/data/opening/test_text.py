import pytest

from data.errors import AisleError
from data.files import read_batches
from data.formats import LogFormat

TABLE = "name,n\nmüller,1\nÅse,2\n"
ROWS = [("müller", "1", None), ("Åse", "2", None)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-32"])
def test_the_encoding_that_is_named(write, rows, encoding):
    assert rows(write("log.csv", TABLE.encode(encoding)), encoding=encoding) == ROWS


def test_a_byte_that_the_encoding_does_not_know_is_its_lines_fault(write, rows):
    path = write("log.csv", b"name,n\nm\xfcller,1\nx\x81,2\ny,3\n")
    fault = "line 3 is not UTF-8 (see `input.format.encoding`)"
    assert rows(path, encoding="cp1252") == [("müller", "1", None), (None, None, fault), ("y", "3", None)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_wide_letters_name_the_setting(write, encoding):
    with pytest.raises(AisleError, match=r"looks like UTF-16 .* `input.format.encoding: utf-16`"):
        list(read_batches(write("log.csv", TABLE.encode(encoding)), LogFormat()))


def test_another_encoding_names_the_setting(write):
    path = write("log.csv", b"name,n\n" + b"m\xfcller,1\n" * 9)
    with pytest.raises(AisleError, match=r"line 2 is not UTF-8 .* `input.format.encoding`, such as cp1252"):
        list(read_batches(path, LogFormat()))


def test_a_header_that_is_not_utf8(write):
    with pytest.raises(AisleError, match=r"line 1 is not UTF-8"):
        list(read_batches(write("log.csv", b"st\xfcck,n\n" + b"1,1\n" * 500), LogFormat()))


@pytest.mark.parametrize("encoding", ["hex", "no such", "", "zip", "\0"])
def test_what_is_no_encoding(write, encoding):
    with pytest.raises(AisleError, match="is no encoding"):
        list(read_batches(write("log.csv", b"a\n1\n"), LogFormat(encoding=encoding)))


def test_lines_that_end_as_on_an_old_mac(write, rows):
    assert rows(write("log.csv", b"a,b\r1,2\r3,4")) == [("1", "2", None), ("3", "4", None)]


def test_a_letter_across_the_end_of_the_first_look(write, rows):
    long = "ä" * 40_000
    assert rows(write("log.csv", f"a{long},b\n1,2\n".encode())) == [("1", "2", None)]
