"""What the tasks' tests share: building a task's folder, and a log's tables from a few raw rows."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data.formats import Columns, LogFormat
from data.quality import Quality
from data.readers.generic import GENERIC
from data.sessions import Sessions
from pipeline.store.task import Artifact, RawFile
from pipeline.tasks.ingest import Ingest
from pipeline.tasks.log import LogTables
from tests.oracle.frames import at

COLUMNS = ("session", "item", "ts", "type", "user")


@dataclass
class Builder:
    """Builds tasks below a folder and keeps what they say of their files."""

    folder: Path
    about: dict[str, Any] = field(default_factory=dict)

    def __call__(self, name: str, task: Any) -> Artifact:
        into = self.folder / name
        into.mkdir(parents=True)
        self.about[name] = task(into)
        return Artifact(into, name)

    def raw(self, name: str, *rows: tuple[Any, ...], **columns: Any) -> RawFile:
        """A raw log of (session, item, minute, type[, user]), with more columns."""
        made = [dict(zip(COLUMNS, (*row, None)[:5], strict=True)) | {"ts": at(row[2])} for row in rows]
        file = self.folder / f"{name}.parquet"
        pl.DataFrame(made, infer_schema_length=None).with_columns(**columns).write_parquet(file)
        return RawFile(file)

    def log(self, name: str, *files: RawFile, known: Artifact | None = None, **how: Any) -> Artifact:
        """A log's tables."""
        return self(name, LogTables(files, None, ingest(files, **how), known, "bad-rows.parquet"))


def ingest(files, *, shards=1, sessions=None, quality=None, **form):
    held = pl.read_parquet_schema(files[0].path)
    columns = Columns(**{name: name for name in Columns.__dataclass_fields__ if name in held})
    return Ingest(GENERIC, LogFormat(columns=columns, **form), sessions or Sessions(), quality or Quality(), shards)


@pytest.fixture
def build(tmp_path):
    return Builder(tmp_path)
