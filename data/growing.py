"""A table that grows on disk: what is made a piece at a time is never held whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import polars as pl
import pyarrow.parquet as pq

Compression = Literal["zstd", "snappy"]
ROWS_AT_ONCE = 2**17
"""Rows of a row group at most: a reader of a few queries reads little more than theirs."""


class Growing:
    """A parquet file that is being written.

    Parameters
    ----------
    path
        The file; it is there from the first piece on.
    rows_at_once
        Rows of a row group at most; a piece begins a group of its own. Null for as many as pyarrow takes.
    compression
        Of the file's pages.
    """

    def __init__(self, path: Path, rows_at_once: int | None = ROWS_AT_ONCE, compression: Compression = "zstd") -> None:
        self.path = path
        self.rows = 0
        self._rows_at_once, self._compression = rows_at_once, compression
        self._writer: pq.ParquetWriter | None = None

    def write(self, piece: pl.DataFrame) -> None:
        """Append rows; all pieces have the columns of the first."""
        table = piece.to_arrow()
        if self._writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self.path, table.schema, compression=self._compression)
        self._writer.write_table(table, row_group_size=self._rows_at_once)
        self.rows += piece.height

    def close(self) -> None:
        """End the file, if there is one."""
        if self._writer is not None:
            self._writer.close()


@contextmanager
def growing(
    path: Path, rows_at_once: int | None = ROWS_AT_ONCE, compression: Compression = "zstd"
) -> Iterator[Growing]:
    """A file that is whole when the context ends; without a piece there is none."""
    table = Growing(path, rows_at_once, compression)
    try:
        yield table
    finally:
        table.close()
