"""Parquet files as streams of frames, in the order of their rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import AisleError, EmptyFileError
from data.opening.arrow_types import to_series, unreadable
from data.shortened import one_line

TRIED = (pa.ArrowException, OSError, UnicodeError, ValueError, OverflowError)  # what pyarrow raises over damaged bytes


def read_parquet(path: Path, rows: int, file: IO[bytes] | None = None) -> Iterator[pl.DataFrame]:
    """Stream a parquet file.

    Parameters
    ----------
    path
        The file.
    rows
        How many rows a frame has at most.
    file
        What to read, where the path's own bytes are packed.

    Yields
    ------
    pl.DataFrame
        All columns, those that cannot be read as `data.opening.arrow_types.unreadable` ones.

    Raises
    ------
    EmptyFileError
        If the file has no rows.
    AisleError
        If it is not a whole parquet file.
    """
    seen = 0
    try:
        # Spark's old times reach from the year 1 to 9999, which nanoseconds do not.
        with pq.ParquetFile(file or path, coerce_int96_timestamp_unit="us") as table:
            if table.metadata.num_rows == 0:
                raise EmptyFileError(f"{path}: the file has no rows.")
            for batch in table.iter_batches(rows):
                yield _frame(batch)
                seen += batch.num_rows
    except TRIED as error:
        where = f" after row {seen:,}" if seen else ""
        reason = one_line(str(error).partition("\n")[0], 160)
        raise AisleError(f"{path}: not a whole parquet file{where} ({reason}); write or fetch it again.") from error


def _frame(batch: pa.RecordBatch) -> pl.DataFrame:
    names = batch.schema.names
    columns = {}
    for name, array in zip(names, batch.columns, strict=True):
        twice = names.count(name) > 1
        columns[name] = unreadable(name, len(array), "two columns have its name") if twice else to_series(name, array)
    return pl.DataFrame(list(columns.values()))
