from pathlib import Path

import polars as pl
import pytest

from data.fault import FAULT
from data.files import read_batches
from data.formats import LogFormat

SIZES = (1, 3, 1_000_000)  # 100 and 300 bytes at once, and all


@pytest.fixture
def write(tmp_path):
    def write_file(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return write_file


@pytest.fixture
def rows():
    return rows_of


def rows_of(path: Path, columns=None, schema=None, **layout) -> list[tuple]:
    """The rows of a file and, last in each, its fault: the same in batches of any size."""
    found, names = [], None
    for size in SIZES:
        batches = read_batches(path, LogFormat(batch_rows=size, **layout), header=columns, schema=schema)
        told = [b if FAULT in b.columns else b.with_columns(pl.lit(None, pl.String).alias(FAULT)) for b in batches]
        table = pl.concat(told)
        names = names or [name for name in table.columns if name != FAULT]  # those of objects stand in any order
        assert set(table.columns) == {*names, FAULT}
        found.append(table.select(*names, FAULT).rows())
    assert found[0] == found[1] == found[2]
    return found[0]
