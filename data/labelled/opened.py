"""A part that can be read: the parquet file of its rows, its columns and their types."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import AisleError, EmptyFileError
from data.fault import FAULT
from data.files import read_batches
from data.formats import LogFormat
from data.growing import growing
from data.labelled.config import Labelled
from data.opening.arrow_types import Kind, plain_type, to_series, unreadable, why_unreadable
from data.opening.hive import partitions_of, with_partitions
from data.opening.kinds import format_of
from data.opening.members import members_of
from data.opening.parquet import TRIED
from data.partitions.parts import NO_ROW, Aside, Part
from data.shortened import one_line

NUMBER = r"^\s*[+-]?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?\s*$"
"""A number as programs write it; one with a zero before it, or too long, is a code."""


@dataclass(frozen=True)
class Opened:
    """A part's rows.

    Parameters
    ----------
    part
        The part.
    file
        The parquet file that is read: its own, or what its text was written into.
    groups
        The rows of each of the file's row groups.
    types
        The type of each column; of one that cannot be read `data.opening.arrow_types.unreadable`'s.
    """

    part: Part
    file: Path
    groups: tuple[int, ...]
    types: Mapping[str, pl.DataType]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(self.groups)

    def batches(
        self, rows: int, columns: Sequence[str] | None = None, groups: list[int] | None = None
    ) -> Iterator[pl.DataFrame]:
        """Its rows in their order, some at a time.

        Parameters
        ----------
        rows
            How many at a time.
        columns
            Which columns, of those that it has; null for all.
        groups
            Of which row groups; null for all.

        Raises
        ------
        AisleError
            If bytes are damaged.
        """
        seen = 0
        folders = {name: value for name, value in partitions_of(self.part.path).items() if name in self.types}
        try:
            with pq.ParquetFile(self.file, coerce_int96_timestamp_unit="us") as file:
                names = file.schema_arrow.names
                wanted = names if columns is None else [name for name in dict.fromkeys(columns) if name in names]
                for batch in file.iter_batches(rows, row_groups=groups, columns=wanted):
                    yield with_partitions(_frame(batch, names), folders)
                    seen += batch.num_rows
        except TRIED as error:
            reason = one_line(str(error).partition("\n")[0], 160)
            raise AisleError(f"{self.part.path}: damaged after row {seen:,} ({reason}); fetch it again.") from error


def open_part(part: Part, table: Labelled, staged: Path) -> Opened | Aside:
    """Look into a part's footer; one that is no plain parquet file is written into one first.

    Parameters
    ----------
    part
        The part.
    table
        How it is read.
    staged
        Where its rows are written if it is a text.

    Returns
    -------
    Opened or Aside
        The latter if the file cannot be read, or has no row.
    """
    try:
        members = members_of(part.path)
        formats = {format_of(member, member.head()) for member in members}
        plain = formats == {"parquet"} and len(members) == 1 and not members[0].packed
        file = part.path if plain else _staged(part.path, table, formats == {"csv"}, staged)
        return _footer(part, file, table)
    except EmptyFileError:
        return Aside(part.path, NO_ROW)
    except AisleError as error:
        return Aside.of(part.path, error)
    except TRIED as error:
        return Aside(part.path, f"not a whole parquet file ({one_line(str(error).partition(chr(10))[0], 160)})")


def _frame(batch: pa.RecordBatch, names: list[str]) -> pl.DataFrame:
    columns = {}
    for name, array in zip(batch.schema.names, batch.columns, strict=True):
        twice = names.count(name) > 1
        columns[name] = unreadable(name, len(array), "two columns have its name") if twice else to_series(name, array)
    return pl.DataFrame(list(columns.values())) if columns else pl.DataFrame(height=batch.num_rows)


def _footer(part: Part, file: Path, table: Labelled) -> Opened | Aside:
    with pq.ParquetFile(file, coerce_int96_timestamp_unit="us") as opened:
        groups = tuple(opened.metadata.row_group(place).num_rows for place in range(opened.num_row_groups))
        schema = opened.schema_arrow
    if not sum(groups):
        return Aside(part.path, NO_ROW)
    types: dict[str, pl.DataType] = {}
    for field in schema:
        twice = schema.names.count(field.name) > 1
        types[field.name] = unreadable("x", 0, "two columns have its name").dtype if twice else dtype_of(field.type)
    folders = {name: pl.String() for name in partitions_of(part.path) if name not in table.folders.names}
    return Opened(part, file, groups, folders | types)


@lru_cache(maxsize=10_000)
def dtype_of(kind: Kind) -> pl.DataType:
    """The type in which `data.opening.arrow_types.to_series` gives a column of an Arrow type."""
    for tried in (kind, plain_type(kind)):
        with suppress(*TRIED, NotImplementedError):
            return to_series("x", pa.array([], type=tried)).dtype
    return unreadable("x", 0, f"its type is {kind}").dtype


def _staged(path: Path, table: Labelled, csv: bool, into: Path) -> Path:
    """Write a text's rows as parquet, lines that cannot be read as rows of a fault."""
    log_format = LogFormat(separator=table.separator, batch_rows=table.batch_rows)
    folders = list(partitions_of(path))
    into.parent.mkdir(parents=True, exist_ok=True)
    numbers = _numbers(path, log_format, {table.key, *folders}) if csv else []
    with growing(into, None, "snappy") as staged:
        for batch in read_batches(path, log_format):
            rows = batch if FAULT in batch.columns else batch.with_columns(pl.lit(None, pl.String).alias(FAULT))
            readable = [name for name, dtype in rows.schema.items() if why_unreadable(dtype) is None]
            rows = rows.select(name for name in readable if name not in folders)
            rows = rows.with_columns(pl.col(name).str.strip_chars().cast(pl.Float64, strict=False) for name in numbers)
            staged.write(rows)
    assert into.exists()  # a file without rows has been refused
    return into


def _numbers(path: Path, log_format: LogFormat, texts: Collection[str]) -> list[str]:
    """The columns of a CSV all of whose values look like numbers."""
    seen: dict[str, bool] = {}
    for batch in read_batches(path, log_format):
        for column in batch.drop(FAULT, *texts, strict=False).iter_columns():
            known = column.str.strip_chars().replace("", None).drop_nulls()
            if seen.get(column.name, True) and len(known):
                seen[column.name] = bool(known.str.contains(NUMBER).all())
    return [name for name, all_numbers in seen.items() if all_numbers]
