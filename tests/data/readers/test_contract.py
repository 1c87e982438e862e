"""What every reader must do, checked on the raw files that its own test writes out (FILES and LACKING there)."""

import runpy
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.errors import AisleError
from data.fault import FAULT
from data.formats import IGNORE, Columns, LogFormat
from data.readers import BY_NAME, READERS
from data.readers.reader import RAW_COLUMNS
from data.schema import TYPES

HERE = Path(__file__).parent


def own_test(name: str) -> dict[str, Any]:
    return runpy.run_path(str(HERE / f"test_{name}.py"))


FILES = [
    pytest.param(reader, file, content, id=f"{reader.name}-{file}")
    for reader in READERS
    if (HERE / f"test_{reader.name}.py").is_file()
    for file, content in own_test(reader.name)["FILES"].items()
]
LACKING = [
    pytest.param(reader, file, content, id=f"{reader.name}-{file}")
    for reader in READERS
    if (HERE / f"test_{reader.name}.py").is_file()
    for file, content in own_test(reader.name)["LACKING"].items()
]


def test_names_are_unique():
    assert len(BY_NAME) == len(READERS)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_every_reader_has_its_test_and_its_module(reader):
    assert (HERE / f"test_{reader.name}.py").is_file()
    assert (HERE.parents[2] / "data" / "readers" / f"{reader.name}.py").is_file()


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_event_names_map_to_types(reader):
    assert set(reader.events.values()) <= {*TYPES, IGNORE}
    assert reader.integer_keys <= {"session", "user", "item", "category"}


@pytest.mark.parametrize(("reader", "file", "content"), FILES)
def test_batches_do_not_change_the_rows(reader, file, content, write, read):
    path = write(file, content)
    plain = Columns(session="session", type="type")
    batches = list(reader.read(path, LogFormat(reader=reader.name, columns=plain, batch_rows=1)))
    assert len(batches) > 1
    assert_frame_equal(pl.concat(batches, how="diagonal"), read(reader, path))  # only some may have faults


TEXTS = [one for one in FILES if isinstance(one.values[2], str)]
BROKEN = {".jsonl": '{"session": ', ".csv": ",;\t" * 60, ".dat": "," * 60}


@pytest.mark.parametrize(("reader", "file", "content"), TEXTS)
def test_a_line_that_cannot_be_read_is_a_row_of_its_own(reader, file, content, write, read):
    lines = content.rstrip("\n").split("\n")
    lines.insert(2, BROKEN[Path(file.removesuffix(".gz")).suffix])
    rows = read(reader, write(file, "\n".join(lines) + "\n"))
    lost = rows.filter(pl.col(FAULT).str.starts_with("line 3 "))
    assert lost.height == 1
    assert lost["item"].null_count() == 1
    if reader.name != "sequences":  # whose rows are numbered and timed by their places
        whole = read(reader, write(f"whole-{file}", content))
        others = rows.filter(~pl.col(FAULT).str.starts_with("line 3 ").fill_null(False))
        assert_frame_equal(others.select(c for c in whole.columns if c != FAULT), whole.drop(FAULT, strict=False))


@pytest.mark.parametrize(("reader", "file", "content"), FILES)
def test_columns_are_raw_columns(reader, file, content, write, read):
    columns = read(reader, write(file, content)).columns
    assert set(columns) <= {*RAW_COLUMNS, "dropped", FAULT}
    assert len(set(columns)) == len(columns)
    needed = {"user"} if reader.sessions in {"gap", "user"} else {"session"}
    assert {"item", "ts", "type", *needed} <= set(columns)


@pytest.mark.parametrize(("reader", "file", "content"), FILES)
def test_event_names_are_known(reader, file, content, write, read):
    rows = read(reader, write(file, content))
    kept = rows.filter(pl.col("dropped").is_null()) if "dropped" in rows.columns else rows
    assert kept.filter(pl.col("type").is_in(list(reader.events))).height > 0


@pytest.mark.parametrize(("reader", "file", "content"), LACKING)
def test_missing_column_is_refused(reader, file, content, write, read):
    path = write(file, content)
    with pytest.raises(AisleError) as error:
        read(reader, path)
    assert str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_absent_file_is_refused(reader, tmp_path, read):
    with pytest.raises(AisleError, match="there is no such file"):
        read(reader, tmp_path / "absent.csv")
