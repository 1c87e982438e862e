"""Files as streams of frames, whatever format, packing or layout they have; a line that cannot be read is a fault."""

import re
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import polars as pl

from data.errors import AisleError, EmptyFileError
from data.fault import FAULT, carried, refuse_faults
from data.file_faults import absent_column, no_header
from data.formats import LogFormat
from data.opening.csv.dialect import dialect_of
from data.opening.csv.odd import SURPLUS
from data.opening.csv.table import first_fields, read_csv
from data.opening.hive import partitions_of, with_partitions
from data.opening.json.quick import Reading
from data.opening.json.table import infer_types, read_json
from data.opening.json.types import Types
from data.opening.kinds import format_of
from data.opening.limits import MIB
from data.opening.members import Member, members_of
from data.opening.parquet import Wanted, read_parquet
from data.opening.unread import shown
from data.shapes.column_types import plain_columns

BYTES_A_ROW = 100  # what a text row takes on average; only sets how much is read at once
JSON_AT_ONCE = 30 * MIB  # larger blocks of memory come from the system anew each time, which takes a tenth of all time


def read_batches(
    path: Path,
    log_format: LogFormat,
    *,
    header: list[str] | None = None,
    schema: Types | None = None,
    wanted: Wanted | None = None,
    quick: Reading | None = None,
) -> Iterator[pl.DataFrame]:
    """Stream a file as frames: CSV, JSON (an object a line, arrays, printed objects) or parquet, packed or not.

    The format is told by the ending, or by the content where the ending says nothing; what packs the file (gzip, zstd,
    zip, bzip2, xz, lz4) by the content. Folders such as `dt=2024-02-03` add a column.

    Parameters
    ----------
    path
        The file.
    log_format
        Gives how a CSV is written, a text's encoding, and `batch_rows`.
    header
        Column names of a CSV without a header line; a file with more or fewer columns is refused.
    schema
        Column types of a JSON file. If not given the file is read twice, first for the types of all its fields.
    wanted
        Which columns are used, where not all are: of a parquet file the others are there by name alone, and refuse to
        be used.
    quick
        Reads lines of a JSON file of a form that the format knows, to the same rows.

    Yields
    ------
    pl.DataFrame
        Rows in file order. CSV columns are texts; a line that ends early has nulls, a blank line is no row. A line that
        cannot be read is a row without values, and the batch says in `data.faults.FAULT` what is wrong with it.

    Raises
    ------
    AisleError
        If the file is missing, empty, truncated, or not in its format.
    """
    partitions = partitions_of(path)
    seen = 0
    for batch in _batches(path, log_format, header, schema, wanted, quick):
        seen += batch.height
        if batch.height:
            yield with_partitions(batch, partitions)
    if not seen:
        raise EmptyFileError(f"{shown(path)}: the file has no rows.")


def require_columns(frame: pl.DataFrame, columns: Iterable[str], path: Path, mend: str) -> None:
    """Refuse a file that lacks one of `columns`, or has two of its name, naming what it has instead."""
    wanted = list(columns)
    missing = [name for name in wanted if name not in frame.columns]
    if missing and carried(frame) and not frame[FAULT].null_count():  # then no line told what columns there are
        if (faults := frame[FAULT])[0].endswith(SURPLUS):
            raise no_header(path, [name for name in frame.columns if name != FAULT], len(faults))
        refuse_faults(frame, path)
    if missing:
        raise absent_column(path, missing[0], wanted, frame.drop(FAULT, strict=False).columns, mend)


def select_columns(
    frame: pl.DataFrame, names: Mapping[str, str], path: Path, mend: str, nested: Collection[str] = ()
) -> pl.DataFrame:
    """Take a named format's columns under Aisle's names, however an export spells its header.

    Parameters
    ----------
    frame
        A batch of the file.
    names
        Aisle's name -> the format's, or several divided by `|` where exports differ. Case, blanks and underscores
        do not count: `Customer ID`, `customer_id` and `CustomerID` are one name.
    path, mend
        The file and the advice, for the message if a column is missing.
    nested
        Those of `names` that may hold lists or structs.

    Returns
    -------
    pl.DataFrame
        The columns of `names`, in its order and of plain types (see `data.shapes.column_types`); and the batch's
        `FAULT`.
    """
    spelt = {_plain(column): column for column in reversed(frame.columns)}
    found: dict[str, str] = {}
    for ours, theirs in names.items():
        options = theirs.split("|")
        found[ours] = next((spelt[_plain(name)] for name in options if _plain(name) in spelt), options[0])
    require_columns(frame, found.values(), path, mend)
    chosen = frame.select(*(pl.col(column).alias(ours) for ours, column in found.items()), *carried(frame))
    return plain_columns(chosen, path, found, nested)


def spelt_like(names: Mapping[str, str]) -> Wanted:
    """The columns that `select_columns` may take, for `read_batches`."""
    options = {_plain(option) for theirs in names.values() for option in theirs.split("|")}
    return lambda columns: [column for column in columns if _plain(column) in options]


def present(frame: pl.DataFrame, names: Mapping[str, str]) -> dict[str, str]:
    """Those of some columns that a file has, as `select_columns` takes them: what an export may lack."""
    spelt = {_plain(column) for column in frame.columns}
    return {ours: theirs for ours, theirs in names.items() if _plain(theirs) in spelt}


def csv_fields(path: Path, log_format: LogFormat) -> list[str]:
    """The fields of a CSV file's first line: its header, or what tells its columns where it has none.

    Raises
    ------
    AisleError
        If there is no such file, or nothing in it.
    """
    for member in members_of(path):
        if fields := first_fields(member, dialect_of(log_format, member.name, None), log_format.encoding):
            return fields
    raise EmptyFileError(f"{shown(path)}: the file has no rows.")


def is_csv(path: Path) -> bool:
    """Whether a file is a CSV, or holds such."""
    return all(format_of(member, member.head()) == "csv" for member in members_of(path))


def _batches(
    path: Path,
    log_format: LogFormat,
    header: list[str] | None,
    schema: Types | None,
    wanted: Wanted | None,
    quick: Reading | None,
) -> Iterator[pl.DataFrame]:
    members = members_of(path)
    formats = {format_of(member, member.head()) for member in members}
    if len(formats) > 1:
        raise AisleError(
            f"{shown(path)}: holds files of several formats, {sorted(formats)}; unpack it, and name one kind."
        )
    kind, size = formats.pop(), log_format.batch_rows * BYTES_A_ROW
    types = schema or infer_types(members, log_format.encoding, size) if kind == "json" else {}
    for member in members:
        if kind == "parquet":
            yield from _parquet_member(member, log_format.batch_rows, wanted)
        elif kind == "json":
            yield from read_json(member, types, log_format.encoding, min(size, JSON_AT_ONCE), quick)
        else:
            yield from read_csv(member, dialect_of(log_format, member.name, header), log_format.encoding, size)


def _parquet_member(member: Member, rows: int, wanted: Wanted | None) -> Iterator[pl.DataFrame]:
    """A parquet file; its end is read first, so a packed one is laid on disk."""
    if not member.packed:
        yield from read_parquet(member.path, rows, wanted=wanted)
        return
    with tempfile.TemporaryFile() as file:
        with member.open() as stream:
            shutil.copyfileobj(stream, file)
        yield from read_parquet(member.path, rows, file, wanted)


def _plain(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())
