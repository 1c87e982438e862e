"""A table as CSV or JSON: maps are JSON in a text, or objects, and rows are those of the same table as parquet."""

import json

import polars as pl
import pytest

from data.labelled.chunks import read_chunk
from data.labelled.config import Labelled
from tests.data.labelled.tables import TABLE, looked, put, rows

KEYS = ["id", "app", "spent", "d7", "d14", "msrp"]
ROWS = [
    ["007", "a", {"a": 1.5}, 0.0, 0.0, 9.0],
    ["008", "b", {}, 1.0, 2.0, None],
    ["009", "b", {"b": 2.0, "c": 4.0}, 0.0, 0.5, 7.5],
]
ENTRIES = [[("a", 1.5)], [], [("b", 2.0), ("c", 4.0)]]


def field(value):
    if value is None:
        return ""
    text = json.dumps(value) if isinstance(value, dict) else str(value)
    return '"' + text.replace('"', '""') + '"' if '"' in text else text


def as_csv(rows):
    return "\n".join(",".join(line) for line in [KEYS, *([field(value) for value in row] for row in rows)]) + "\n"


def as_jsonl(rows):
    return "".join(json.dumps(dict(zip(KEYS, row, strict=True))) + "\n" for row in rows)


def written(root, hour, name, text):
    folder = root / f"datetime=2025-10-01-{hour:02d}-00"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def entries(frame):
    return [[tuple(entry.values()) for entry in value] for value in frame["spent"].to_list()]


def test_json_lines(tmp_path):
    written(tmp_path / "log", 3, "a.jsonl", as_jsonl(ROWS))
    found = looked(tmp_path / "log")
    frame = read_chunk(found.index, TABLE, 10, 0)[0]
    assert frame["id"].to_list() == ["007", "008", "009"]
    assert entries(frame) == ENTRIES
    assert frame["datetime"].dt.hour().to_list() == [3, 3, 3]
    assert frame["msrp"].to_list() == [9.0, None, 7.5]


def test_csv_beside_parquet(tmp_path):
    written(tmp_path / "log", 3, "a.csv", as_csv(ROWS))
    put(tmp_path / "log", 4, "b.parquet", rows("p"))
    found = looked(tmp_path / "log")
    frame = read_chunk(found.index, TABLE, 10, 0)[0]
    assert frame["id"].to_list() == ["007", "008", "009", "p"]  # a key stays what it is, whatever it looks like
    assert entries(frame) == [*ENTRIES, [("a", 1.5)]]
    assert frame["msrp"].to_list() == [9.0, None, 7.5, None]
    assert frame.schema["msrp"] == pl.Float64
    assert frame.schema["app"] == pl.String


def test_csv_alone_stays_text_where_it_is_one(tmp_path):
    written(tmp_path / "log", 3, "a.csv", as_csv(ROWS))
    frame = read_chunk(looked(tmp_path / "log").index, TABLE, 10, 0)[0]
    assert frame["spent"].to_list() == ['{"a": 1.5}', "{}", '{"b": 2.0, "c": 4.0}']


def test_a_line_that_cannot_be_read(tmp_path):
    text = as_csv(ROWS).replace("008,b", "008,b,1,2,3,4,5,6,7")
    written(tmp_path / "log", 3, "a.csv", text)
    found = looked(tmp_path / "log")
    assert found.left == {"unreadable line": 1}
    assert found.rows == 3 == found.index.rows + 1
    assert read_chunk(found.index, TABLE, 10, 0)[0]["id"].to_list() == ["007", "009"]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_without_folders_a_column_tells_the_time(tmp_path, name):
    table = Labelled(key="id", labels={"7": "d7"}, partition=None, time="at")
    times = ["2025-10-01T00:00", "2025-10-01T09:30", "2025-10-02T00:00"]
    lines = [dict(zip(KEYS, row, strict=True)) | {"at": at} for row, at in zip(ROWS, times, strict=True)]
    (tmp_path / "log").mkdir()
    text = (
        "".join(json.dumps(line) + "\n" for line in lines)
        if name.endswith("l")
        else "\n".join([",".join([*KEYS, "at"]), *(",".join(map(field, line.values())) for line in lines)])
    )
    (tmp_path / "log" / name).write_text(text)
    from data.labelled.config import Window

    found = looked(tmp_path / "log", table, Window("2025-10-01", "2025-10-01T12:00"))
    assert found.left == {"outside the window": 1}
    frame = read_chunk(found.index, table, 10, 0)[0]
    assert frame["id"].to_list() == ["007", "008"]
    assert frame["at"].dt.minute().to_list() == [0, 30]
