"""Objects in any layout, and what is wrong with them."""

import gzip
import json

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import AisleError
from data.fault import FAULT
from data.files import read_batches
from data.formats import LogFormat
from data.opening.json import lines as json_lines
from data.opening.json import table as json_table
from data.opening.json.layout import layout_of
from data.opening.json.python import python_object
from data.opening.json.types import merged, readable, types_of
from tests.data.opening.conftest import rows_of

OBJECTS = [{"a": n, "b": f'{n} "q" {{[,]}} \\ é', "c": {"d": [n, 2]}} for n in range(1, 40)]
ROWS = [(*value.values(), None) for value in OBJECTS]
LAYOUTS = {
    "lines": "\n".join(map(json.dumps, OBJECTS)),
    "lines with blanks": "\n\n" + " \r\n\n".join(map(json.dumps, OBJECTS)) + "\n\n",
    "an array": json.dumps(OBJECTS),
    "an array of letters": json.dumps(OBJECTS, ensure_ascii=False),
    "a printed array": json.dumps(OBJECTS, indent=2),
    "printed objects": "\n".join(json.dumps(value, indent=4) for value in OBJECTS),
    "an array, an object a line": "[\n" + ",\n".join(map(json.dumps, OBJECTS)) + "\n]\n",
    "commas at the lines' ends": ",\n".join(map(json.dumps, OBJECTS)),
    "nothing between": "".join(map(json.dumps, OBJECTS)),
    "several arrays": json.dumps(OBJECTS[:7]) + "\n" + json.dumps(OBJECTS[7:]),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", ["log.json", "log.jsonl", "LOG.NDJSON"])
def test_every_layout(write, rows, layout, name):
    assert rows(write(name, LAYOUTS[layout].encode())) == ROWS


def test_packed_arrays_with_a_mark(write, rows):
    assert rows(write("log.json.gz", gzip.compress(b"\xef\xbb\xbf" + LAYOUTS["an array"].encode()))) == ROWS


def test_another_encoding(write, rows):
    path = write("log.json", LAYOUTS["an array of letters"].encode("utf-16"))
    assert rows(path, encoding="utf-16") == ROWS


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ('{"a": 1, "b" 2}', "is not JSON"),
        ('{"a": NaN}', "holds NaN or Infinity, which JSON does not have (write null)"),
        ("7", "is not a JSON object"),
        ("null", "is not a JSON object"),
        ('"text"', "is not a JSON object"),
    ],
)
def test_a_broken_entry_of_an_array(write, rows, indent, broken, why):
    parts = [json.dumps(value, indent=indent) for value in OBJECTS]
    parts.insert(20, broken)
    path = write("log.json", ("[" + ",\n".join(parts) + "]").encode())
    read = rows(path)
    line = 1 + sum(part.count("\n") + 1 for part in parts[:20])
    assert read[20] == (None, None, None, f"line {line} {why}")
    assert read[:20] + read[21:] == ROWS


def test_an_array_that_is_cut_short(write, rows):
    text = LAYOUTS["an array"].encode()
    read = rows(write("log.json", text[:-20]))
    assert read == [*ROWS[:-1], (None, None, None, "line 1 is not JSON")]


def test_an_object_that_is_too_long(write, monkeypatch):
    monkeypatch.setattr(json_lines, "LONGEST_OBJECT", 2**20)
    path = write("log.json", b'[{"a": "' + b"x" * 2**21 + b'"}]')
    with pytest.raises(AisleError, match="line 1 begins an object of more than 1 MiB"):
        list(read_batches(path, LogFormat(batch_rows=1)))


def test_objects_that_python_printed(write, rows):
    lines = [repr(value) for value in OBJECTS]
    assert rows(write("log.json", "\n".join(lines).encode())) == ROWS
    lines = [f"{{u'a': {n}, 'b': u\"it's \\\\d\", 'c': None, 'd': True}}" for n in range(9)]
    assert rows(write("log.json", "\n".join(lines).encode())) == [(n, "it's \\d", None, True, None) for n in range(9)]
    mixed = ["{'a': 1}", '{"a": 2}', "{'a': print()}", "{'a': 3}", "{" * 5000]
    read = rows(write("log.jsonl", "\n".join(mixed).encode()))
    assert read == [(1, None), (2, None), (None, "line 3 is not JSON"), (3, None), (None, "line 5 is not JSON")]


@pytest.mark.parametrize("text", ["{1: {2}}", "{'a': float('nan')}", "[1]", "{'a'", "{'a': b'x'}", "{'a': 1e999}"])
def test_what_is_no_object_that_python_printed(text):
    assert python_object(text) in (None, '{"1": null}')


def test_a_file_of_something_else(write, monkeypatch):
    monkeypatch.setattr(json_table, "MOST_FAULTS", 50)
    path = write("log.json", b"a,b,c[]\n" * 51)
    with pytest.raises(AisleError, match="more than 50 lines cannot be read, such as this: line 1 is not JSON"):
        list(read_batches(path, LogFormat(), schema={"a": pl.Int64()}))


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([1, "x", None], ["1", "x", None]),
        ([True, 1], ["true", "1"]),
        ([{"b": 1}, "x", 2.5], ['{"b": 1}', "x", "2.5"]),
        ([[1], 1], ["[1]", "1"]),
    ],
)
def test_a_field_of_several_types_is_text(write, rows, values, texts):
    for order in (1, -1):
        lines = [json.dumps({"a": value, "k": "k" * 90}) for value in values[::order]]
        read = rows(write("log.jsonl", "\n".join(lines).encode()))
        assert [row[0] for row in read] == texts[::order]


def test_whole_numbers_beyond_64_bits_beside_texts(write, rows):
    lines = [{"a": 2**70, "k": "k" * 200}, {"a": "x"}, {"a": 1}]
    read = rows(write("log.jsonl", "\n".join(map(json.dumps, lines)).encode()))
    assert [row[0] for row in read] == [str(2**70), "x", "1"]


def test_types_of_lines_that_polars_refuses():
    text = b'{"a": 1, "b": {"c": true, "e": []}}\nbroken\n{"a": 1.5, "b": {"c": 1, "d": null}, "f": [[1], [2.5]]}\n'
    assert types_of(text) == {
        "a": pl.Float64(),
        "b": pl.Struct({"c": pl.String(), "e": pl.List(pl.Null()), "d": pl.Null()}),
        "f": pl.List(pl.List(pl.Float64())),
    }


def test_merged_types():
    assert merged(pl.Int64(), pl.Float64()) == pl.Float64()
    assert merged(pl.Int128(), pl.Int64()) == pl.Int128()
    assert merged(pl.List(pl.Null()), pl.List(pl.Int64())) == pl.List(pl.Int64())
    assert merged(pl.List(pl.Int64()), pl.Struct({})) == pl.String()
    assert readable(pl.List(pl.Struct({"a": pl.Int128()}))) == pl.List(pl.Struct({"a": pl.Int64()}))


@pytest.mark.parametrize(
    ("head", "layout"),
    [
        (b'{"a": 1}\n{"a": 2}\n', "lines"),
        (b'{"a": 1\n{"a": 2}\n', "lines"),
        (b"{'a': 1}\n{'a': 2}\n", "lines"),
        (b"{\n", "objects"),
        (b'{"a": [\n1, 2', "objects"),
        (b'{"a": 1}{"a": 2}\n', "objects"),
        (b'{"a": 1},\n{"a": 2}\n', "objects"),
        (b"\n [", "objects"),
        (b"nothing", "lines"),
        (b"", "lines"),
    ],
)
def test_layouts(head, layout):
    assert layout_of(head) == layout


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.text(max_size=5)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=6,
)


@given(
    objects=st.lists(
        st.fixed_dictionaries({"k": st.integers(0, 9)}, optional={"v": VALUES, "w": VALUES}), min_size=1, max_size=30
    ),
    layout=st.sampled_from(["lines", "array", "printed"]),
)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_objects_of_any_values(tmp_path_factory, objects, layout):
    """No object is lost or a fault, in batches of any size, whatever its fields hold."""
    objects = [{"k": value["k"], **value} for value in objects]
    if layout == "lines":
        text = "\n".join(map(json.dumps, objects))
    else:
        text = json.dumps(objects, indent=1 if layout == "printed" else None)
    path = tmp_path_factory.mktemp("json") / "log.json"
    path.write_text(text)
    rows = rows_of(path)
    assert [row[0] for row in rows] == [value["k"] for value in objects]
    assert not [row for row in rows if row[-1] is not None]


def test_faults_stand_in_a_column_of_their_own(write):
    (batch,) = read_batches(write("log.jsonl", b'{"a": 1}\n[\n'), LogFormat())
    assert batch.columns == ["a", FAULT]
