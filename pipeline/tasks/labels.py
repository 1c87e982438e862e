"""What came after the sessions of a test file, from a file of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.boundary import told
from data.formats import LogFormat
from data.labels import code_labels, label_texts, warn_of_strange
from data.schema import Labels
from data.tables import read_whole, scan, write
from data.warned import write_warnings
from pipeline.store.task import Artifact, RawFile


@dataclass(frozen=True)
class LabelTables:
    """labels/000.parquet: LABELS of a test file's sessions.

    Parameters
    ----------
    files, read, format
        The labels in the shop's own keys, and how they are read.
    fold, asked
        The scored fold, and the test file's tables.
    """

    files: tuple[RawFile, ...]
    read: Callable[[Path, LogFormat], pl.DataFrame]
    format: LogFormat
    fold: Artifact
    asked: Artifact

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them.

        Raises
        ------
        AisleError
            If a type is unknown, or no label belongs to a session of the fold.
        """
        rows = pl.concat([self._texts(file.path) for file in self.files])
        queries = scan(self.fold.path / "queries").collect()
        items = read_whole(self.asked.path / "items.parquet")
        labels = code_labels(rows, queries, items)
        write_warnings(into, warn_of_strange(labels, items.height))
        others = rows["session"].is_in(queries["session_key"].implode()).not_().sum()
        count = write(Labels.validate(labels, cast=True), into / "labels" / "000.parquet")
        return {"labels": count, "of other sessions": others}

    def _texts(self, path: Path) -> pl.DataFrame:
        with told(path, "the labels"):
            return label_texts(self.read(path, self.format), path)
