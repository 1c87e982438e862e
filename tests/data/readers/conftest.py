"""What the readers' tests share: writing a raw file, reading it whole, and finding the real samples."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data.formats import Columns, LogFormat
from data.readers.reader import Reader

Content = str | bytes | pl.DataFrame


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, Content], Path]:
    """Write a raw file as its ending says: frames as parquet, text as it stands, gzipped for `.gz`."""

    def write_file(name: str, content: Content) -> Path:
        path = tmp_path / name
        if isinstance(content, pl.DataFrame):
            content.write_parquet(path)
            return path
        raw = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
        return path

    return write_file


PLAIN = Columns(session="session", type="type")  # what the generic reader's fixtures are named by


@pytest.fixture
def read() -> Callable[..., pl.DataFrame]:
    """All batches of a file as one frame; strict, so that the batches' columns and types must agree."""

    def read_file(reader: Reader, path: Path, **settings: Any) -> pl.DataFrame:
        return pl.concat(reader.read(path, LogFormat(reader=reader.name, **({"columns": PLAIN} | settings))))

    return read_file


@pytest.fixture
def sample() -> Callable[[str], Path]:
    """A file of the shared real data, or a skip."""

    def find(name: str) -> Path:
        repository = Path(__file__).resolve().parents[3]
        folder = Path(os.environ.get("AISLE_DATA", repository.parent / "shared" / "data"))
        path = folder / name
        if not path.is_file():
            pytest.skip(f"the real sample {path} is absent; set AISLE_DATA to the folder that holds it")
        return path

    return find
