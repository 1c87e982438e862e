"""Parquet files as streams of frames, in the order of their rows."""

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import IO, TypeAlias

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import AisleError, EmptyFileError
from data.opening.arrow_types import to_series, unreadable
from data.opening.leaves import leaf_count, leaves_of
from data.shortened import one_line

Wanted: TypeAlias = Callable[[Sequence[str]], Collection[str]]
"""Given a file's columns, the names of those that are used, and paths into them."""
TRIED = (pa.ArrowException, OSError, UnicodeError, ValueError, OverflowError)  # what pyarrow raises over damaged bytes


def read_parquet(
    path: Path, rows: int, file: IO[bytes] | None = None, wanted: Wanted | None = None
) -> Iterator[pl.DataFrame]:
    """Stream a parquet file.

    Parameters
    ----------
    path
        The file.
    rows
        How many rows a frame has at most.
    file
        What to read, where the path's own bytes are packed.
    wanted
        What is used of it; null: all.

    Yields
    ------
    pl.DataFrame
        All columns, those that are not used or cannot be read as `data.opening.arrow_types.unreadable` ones; of a
        nested one that only paths lead into, the fields that they lead to.

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
            names = table.schema_arrow.names
            for batch in table.iter_batches(rows, columns=_leaves(table, wanted)):
                yield _frame(batch, names)
                seen += batch.num_rows
    except TRIED as error:
        where = f" after row {seen:,}" if seen else ""
        reason = one_line(str(error).partition("\n")[0], 160)
        raise AisleError(f"{path}: not a whole parquet file{where} ({reason}); write or fetch it again.") from error


def _leaves(table: pq.ParquetFile, wanted: Wanted | None) -> list[str] | None:
    """The leaves that are used, as pyarrow calls them; null for all, also where none is, since somebody will say so."""
    schema = table.schema_arrow
    if wanted is None or leaf_count(schema.types) != len(table.schema):
        return None
    leaves = leaves_of(schema, wanted(schema.names))
    return [table.schema.column(leaf).path for leaf in leaves] or None


def _frame(batch: pa.RecordBatch, names: Sequence[str]) -> pl.DataFrame:
    read = dict(zip(batch.schema.names, batch.columns, strict=True))
    columns = {}
    for name in names:
        if names.count(name) > 1:
            columns[name] = unreadable(name, batch.num_rows, "two columns have its name")
        elif name in read:
            columns[name] = to_series(name, read[name])
        else:
            columns[name] = unreadable(name, batch.num_rows, "no setting names it")
    return pl.DataFrame(list(columns.values()))
