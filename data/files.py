"""Files as streams of frames: CSV, jsonl and parquet, plain or gzipped, with one-line errors that name the line."""

import gzip
import re
import zlib
from codecs import BOM_UTF8
from collections.abc import Collection, Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

import polars as pl

from data.column_types import plain_columns
from data.errors import AisleError
from data.fault import FAULT, carried
from data.file_faults import Types, check_names, csv_fault, json_fault, kind_of, open_quote, require_file, utf8
from data.formats import LogFormat
from data.parquet import read_parquet
from data.shortened import sample, some

BYTES_A_ROW = 100  # what a text row takes on average; only sets how much is read at once
OPEN_FIELD_BYTES = 2**20  # a quoted field longer than this was never meant: its quote is a stray one


def read_batches(
    path: Path,
    log_format: LogFormat,
    *,
    header: list[str] | None = None,
    schema: Types | None = None,
) -> Iterator[pl.DataFrame]:
    """Stream a file as frames, by its ending: `.csv`, `.tsv`, `.txt`, `.dat`, `.jsonl`, `.parquet`, text also `.gz`.

    Parameters
    ----------
    path
        The file.
    log_format
        Gives `separator` and `batch_rows`.
    header
        Column names of a CSV without a header line; a file with more or fewer columns is refused.
    schema
        Column types of a jsonl file. If not given the file is read twice, first for the types of all its fields.

    Yields
    ------
    pl.DataFrame
        Rows in file order. CSV columns are strings; a line that ends early has nulls, a blank line is no row.

    Raises
    ------
    AisleError
        If the file is missing, empty, truncated, not in its format or not UTF-8.
    """
    require_file(path)
    kind = kind_of(path)
    if kind == "parquet":
        yield from read_parquet(path, log_format.batch_rows)
    elif kind == "jsonl":
        size = log_format.batch_rows * BYTES_A_ROW
        yield from _jsonl(path, size, schema or _infer_types(path, size))
    else:
        yield from _csv(path, log_format, header)


def require_columns(frame: pl.DataFrame, columns: Iterable[str], path: Path, mend: str) -> None:
    """Refuse a file that lacks one of `columns`, naming what it has instead."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        has = some(frame.drop(FAULT, strict=False).columns)
        raise AisleError(f"{path}: column `{sample(missing[0])}` is missing; the file has {has}: {mend}.")


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
        The columns of `names`, in its order and of plain types (see `data.column_types`); and the batch's `FAULT`.
    """
    spelt = {_plain(column): column for column in reversed(frame.columns)}
    found = {}
    for ours, theirs in names.items():
        options = theirs.split("|")
        found[ours] = next((spelt[_plain(name)] for name in options if _plain(name) in spelt), options[0])
    require_columns(frame, found.values(), path, mend)
    chosen = frame.select(*(pl.col(column).alias(ours) for ours, column in found.items()), *carried(frame))
    return plain_columns(chosen, path, found, nested)


def present(frame: pl.DataFrame, names: Mapping[str, str]) -> dict[str, str]:
    """Those of some columns that a file has, as `select_columns` takes them: what an export may lack."""
    spelt = {_plain(column) for column in frame.columns}
    return {ours: theirs for ours, theirs in names.items() if _plain(theirs) in spelt}


def csv_fields(path: Path, separator: str) -> list[str]:
    """The fields of a CSV file's first line: its header, or what tells its columns where it has none.

    Raises
    ------
    AisleError
        If there is no such file, or nothing in it.
    """
    require_file(path)
    for _, chunk in line_chunks(path, 4096):
        if text := _without_blank_lines(chunk):
            first = pl.read_csv(BytesIO(text), separator=separator, n_rows=0, infer_schema=False)
            return [name.strip() for name in first.columns]
    raise AisleError(f"{path}: the file has no rows.")


def line_chunks(path: Path, size: int, *, quotes: bool = True) -> Iterator[tuple[int, bytes]]:
    """Whole lines of a text file, about `size` bytes at once, with the number of the first.

    A chunk never ends inside a quoted CSV field, unless `quotes` is false (jsonl: a quote may stand escaped
    there, a newline may not). The text is checked to be UTF-8; a byte order mark is taken off.

    Raises
    ------
    AisleError
        If a gzip file is truncated or broken, a line is not UTF-8, or a quote is never closed.
    """
    number = 1
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            rest = stream.read(len(BOM_UTF8)).removeprefix(BOM_UTF8)
            while block := stream.read(size):
                whole, rest = _split_at_line(rest + block, quotes)
                if whole:
                    yield number, utf8(path, number, whole)
                    number += whole.count(b"\n")
                if quotes and len(rest) > OPEN_FIELD_BYTES and b"\n" in rest:
                    raise open_quote(path, number)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise AisleError(f"{path}: the gzip file is truncated or broken ({error}); fetch it again.") from None
    if quotes and rest.count(b'"') % 2:
        raise open_quote(path, number)
    if rest.strip():
        yield number, utf8(path, number, rest)


def _plain(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())


def _split_at_line(text: bytes, quotes: bool) -> tuple[bytes, bytes]:
    """Cut after the last newline, or the last that stands outside quotes."""
    end = text.rfind(b"\n") + 1
    inside = text.count(b'"', 0, end) if quotes else 0
    while end and inside % 2:
        start = text.rfind(b"\n", 0, end - 1) + 1
        inside -= text.count(b'"', start, end)
        end = start
    return text[:end], text[end:]


def _csv(path: Path, log_format: LogFormat, header: list[str] | None) -> Iterator[pl.DataFrame]:
    separator = log_format.separator or ","
    fields = csv_fields(path, separator)
    names = header or fields
    check_names(path, fields, names)
    skip = 0 if header else 1
    seen = 0
    for first, chunk in line_chunks(path, log_format.batch_rows * BYTES_A_ROW):
        text = _without_blank_lines(chunk)
        if not text:
            continue
        try:
            frame = _parse_csv(text, separator, names, skip)
        except pl.exceptions.PolarsError as error:
            raise csv_fault(path, first, chunk, separator, len(names), str(error)) from None
        skip = 0
        seen += frame.height
        if frame.height:
            yield frame
    if not seen:
        raise AisleError(f"{path}: the file has no rows.")


def _parse_csv(text: bytes, separator: str, names: list[str], skip: int) -> pl.DataFrame:
    return pl.read_csv(
        BytesIO(text),
        separator=separator,
        has_header=False,
        skip_rows=skip,
        schema=dict.fromkeys(names, pl.String),
        missing_columns="insert",  # else a chunk whose first line ends early is an error, another line is not
        raise_if_empty=False,
    )


def _without_blank_lines(text: bytes) -> bytes:
    """Polars would read a blank line as a row of nulls; those inside a quoted field stay."""
    if text[:1] in b" \r\n" or b"\n\n" in text or b"\n\r" in text or b"\n " in text:
        return re.sub(rb'("[^"]*")|^[ \r]*(?:\n|\Z)', rb"\1", text, flags=re.MULTILINE)
    return text


def _infer_types(path: Path, size: int) -> Types:
    """The types of all fields of a jsonl file: a field may be absent, null or whole numbers in its first chunks."""
    types = pl.DataFrame()
    for first, text in line_chunks(path, size, quotes=False):
        found = _parse_json(path, first, text, None).clear()
        if "Int128" in str(found.schema):  # what Polars infers where 64 bits do not do
            raise json_fault(path, first, text, None, "a number is beyond 64 bits")
        try:
            types = pl.concat([types, found], how="diagonal_relaxed")
        except pl.exceptions.PolarsError as error:
            raise json_fault(path, first, text, types.schema, str(error)) from None
    return types.schema


def _jsonl(path: Path, size: int, schema: Types) -> Iterator[pl.DataFrame]:
    seen = 0
    for first, text in line_chunks(path, size, quotes=False):
        frame = _parse_json(path, first, text, schema)
        if frame.height:
            seen += frame.height
            yield frame
    if not seen:
        raise AisleError(f"{path}: the file has no rows.")


def _parse_json(path: Path, first: int, text: bytes, schema: Types | None) -> pl.DataFrame:
    if not text.strip():
        return pl.DataFrame(schema=schema)
    try:
        return pl.read_ndjson(BytesIO(text), schema=schema, infer_schema_length=None)
    except pl.exceptions.PolarsError as error:
        raise json_fault(path, first, text, schema, str(error)) from None
