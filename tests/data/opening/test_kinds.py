import pytest

from data.errors import AisleError
from data.files import read_batches
from data.formats import LogFormat

OBJECTS = [(1, "x", None), (2, "y", None)]
LINES = b'{"a": 1, "b": "x"}\n{"a": 2, "b": "y"}\n'


@pytest.mark.parametrize("name", ["log", "log.1", "log.txt", "log.json", "events.jsonl.2024-02-03", "x.log"])
def test_objects_are_known_by_their_text(write, rows, name):
    assert rows(write(name, LINES)) == OBJECTS


@pytest.mark.parametrize("name", ["log", "log.1", "log.txt", "log.dat", "x.log", "x.xyz"])
def test_what_is_nothing_else_is_a_csv(write, rows, name):
    assert rows(write(name, b"a,b\n1,x\n")) == [("1", "x", None)]


def test_a_tsv_has_tabs(write, rows):
    assert rows(write("log.tsv", b"a\tb\n1,5\tx\n")) == [("1,5", "x", None)]
    assert rows(write("log.tsv", b"a,b\n1,x\n"), separator=",") == [("1", "x", None)]


def test_a_folder_a_pipe_and_a_file_that_is_not_there(tmp_path, write):
    import os

    os.mkfifo(tmp_path / "pipe")
    for name, said in [("", "is a folder"), ("pipe", "is no regular file"), ("absent.csv", "there is no such file")]:
        with pytest.raises(AisleError, match=said):
            list(read_batches(tmp_path / name, LogFormat()))


@pytest.mark.parametrize("name", ["log.csv", "log.CSV.1", "log.tsv"])
def test_objects_in_a_file_that_is_called_a_csv(write, rows, name):
    assert rows(write(name, LINES)) == OBJECTS


def test_a_csv_in_a_file_that_is_called_json(write):
    with pytest.raises(AisleError, match=r"log.jsonl: begins with 'a,b 1,x', which is no JSON; .* call it .csv"):
        list(read_batches(write("log.jsonl", b"a,b\n1,x\n"), LogFormat()))
