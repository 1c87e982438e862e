"""Files as streams of frames: CSV, jsonl and parquet, plain or gzipped, with one-line errors that name the line."""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import AisleError
from data.formats import LogFormat

BYTES_A_ROW = 100  # what a text row takes on average; only sets how much is read at once


def read_batches(
    path: Path,
    log_format: LogFormat,
    *,
    header: list[str] | None = None,
    schema: dict[str, pl.DataType] | None = None,
) -> Iterator[pl.DataFrame]:
    """Stream a file as frames, by its ending: `.csv`, `.tsv`, `.txt`, `.dat`, `.jsonl`, `.parquet`, text also `.gz`.

    Parameters
    ----------
    path
        The file.
    log_format
        Gives `separator` and `batch_rows`.
    header
        Column names of a CSV without a header line.
    schema
        Column types of a jsonl file; inferred from its first chunk if not given.

    Yields
    ------
    pl.DataFrame
        Rows in file order. CSV columns are strings.

    Raises
    ------
    AisleError
        If the file is missing, empty, truncated, not in its format or not UTF-8.
    """
    if not path.is_file():
        raise AisleError(f"{path}: there is no such file; check the path (relative to {Path.cwd()}).")
    kind = _kind(path)
    if kind == "parquet":
        yield from _parquet(path, log_format.batch_rows)
    elif kind == "jsonl":
        yield from _jsonl(path, log_format.batch_rows, schema)
    else:
        yield from _csv(path, log_format, header)


def require_columns(frame: pl.DataFrame, columns: Iterable[str], path: Path, mend: str) -> None:
    """Refuse a file that lacks one of `columns`, naming what it has instead."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise AisleError(f"{path}: column `{missing[0]}` is missing; the file has {frame.columns}: {mend}.")


def line_chunks(path: Path, size: int) -> Iterator[tuple[int, bytes]]:
    """Whole lines of a text file, about `size` bytes at once, with the number of the first.

    A chunk never ends inside a quoted CSV field. The text is checked to be UTF-8.

    Raises
    ------
    AisleError
        If a gzip file is truncated or broken, or a line is not UTF-8.
    """
    number = 1
    rest = b""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            while block := stream.read(size):
                whole, rest = _split_at_line(rest + block)
                if whole:
                    yield number, _utf8(path, number, whole)
                    number += whole.count(b"\n")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise AisleError(f"{path}: the gzip file is truncated or broken ({error}); fetch it again.") from None
    if rest.strip():
        yield number, _utf8(path, number, rest)


def _kind(path: Path) -> str:
    suffixes = [s for s in path.suffixes if s != ".gz"]
    kind = suffixes[-1] if suffixes else ""
    known = {".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl"}
    if kind in known:
        return known[kind]
    if kind in {".csv", ".tsv", ".txt", ".dat", ".data"}:
        return "csv"
    raise AisleError(f"{path}: cannot tell the format from its ending; use .csv, .jsonl or .parquet (.gz for text).")


def _split_at_line(text: bytes) -> tuple[bytes, bytes]:
    """Cut after the last newline that stands outside quotes."""
    end = text.rfind(b"\n") + 1
    quotes = text.count(b'"', 0, end)
    while end and quotes % 2:
        start = text.rfind(b"\n", 0, end - 1) + 1
        quotes -= text.count(b'"', start, end)
        end = start
    return text[:end], text[end:]


def _utf8(path: Path, first: int, text: bytes) -> bytes:
    try:
        text.decode()
    except UnicodeDecodeError as error:
        line = first + text.count(b"\n", 0, error.start)
        raise AisleError(f"{path}: line {line} is not UTF-8; convert the file (iconv -t UTF-8).") from None
    return text


def _parquet(path: Path, rows: int) -> Iterator[pl.DataFrame]:
    try:
        with pq.ParquetFile(path) as file:
            if file.metadata.num_rows == 0:
                raise AisleError(f"{path}: the file has no rows.")
            for batch in file.iter_batches(rows):
                frame = pl.from_arrow(batch)
                assert isinstance(frame, pl.DataFrame)
                yield frame
    except (pa.ArrowInvalid, OSError) as error:
        reason = str(error).splitlines()[0]
        raise AisleError(f"{path}: not a whole parquet file ({reason}); write or fetch it again.") from None


def _csv(path: Path, log_format: LogFormat, header: list[str] | None) -> Iterator[pl.DataFrame]:
    names = header
    seen = 0
    for first, text in line_chunks(path, log_format.batch_rows * BYTES_A_ROW):
        frame = _parse_csv(path, first, text, log_format.separator, names)
        names = names or [name.strip() for name in frame.columns]
        frame.columns = names
        seen += frame.height
        if frame.height:
            yield frame
    if not seen:
        raise AisleError(f"{path}: the file has no rows.")


def _parse_csv(path: Path, first: int, text: bytes, separator: str, names: list[str] | None) -> pl.DataFrame:
    try:
        return pl.read_csv(
            BytesIO(text),
            separator=separator,
            has_header=names is None,
            new_columns=names,
            infer_schema=False,
        )
    except pl.exceptions.NoDataError:
        return pl.DataFrame(schema=dict.fromkeys(names or [], pl.String))
    except (pl.exceptions.ComputeError, pl.exceptions.ShapeError) as error:
        line = _ragged_line(text, separator, first)
        what = f"line {line} has more fields than the header" if line else str(error).splitlines()[0]
        raise AisleError(f"{path}: {what}; mend the line or set `input.format.separator`.") from None


def _ragged_line(text: bytes, separator: str, first: int) -> int | None:
    """The number of the first line with more separators than the chunk's first line, quotes aside."""
    lines = text.split(b"\n")
    fields = lines[0].count(separator.encode())
    wrong = (i for i, line in enumerate(lines) if b'"' not in line and line.count(separator.encode()) > fields)
    found = next(wrong, None)
    return None if found is None else first + found


def _jsonl(path: Path, rows: int, schema: dict[str, pl.DataType] | None) -> Iterator[pl.DataFrame]:
    seen = 0
    for first, text in line_chunks(path, rows * BYTES_A_ROW):
        if not text.strip():
            continue
        try:
            frame = pl.read_ndjson(BytesIO(text), schema=schema, infer_schema_length=None)
        except (pl.exceptions.ComputeError, pl.exceptions.SchemaError, pl.exceptions.ShapeError) as error:
            raise _json_error(path, first, text, schema, error) from None
        schema = schema or dict(frame.schema)
        seen += frame.height
        yield frame
    if not seen:
        raise AisleError(f"{path}: the file has no rows.")


def _json_error(
    path: Path, first: int, text: bytes, schema: dict[str, pl.DataType] | None, error: Exception
) -> AisleError:
    """Name the line that Polars refused: the slow reading is worth it only once something is wrong."""
    for number, line in enumerate(text.splitlines(), first):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError:
            return AisleError(f"{path}: line {number} is not JSON; mend or remove the line.")
        if not isinstance(value, dict):
            return AisleError(f"{path}: line {number} is not a JSON object; one object a line is needed.")
        if found := _beyond(value):
            return AisleError(f"{path}: line {number}: `{found}` is beyond its range (64-bit integers); use text keys.")
    number = first + _first_misfit(text.splitlines(keepends=True), schema)
    return AisleError(f"{path}: line {number}: {str(error).splitlines()[0]}; each field needs one type throughout.")


def _first_misfit(lines: list[bytes], schema: dict[str, pl.DataType] | None) -> int:
    """The index of the first line that does not fit the columns, by halving."""
    low, high = 0, len(lines)
    while high - low > 1:
        middle = (low + high) // 2
        try:
            pl.read_ndjson(BytesIO(b"".join(lines[:middle])), schema=schema, infer_schema_length=None)
            low = middle
        except pl.exceptions.PolarsError:
            high = middle
    return low


def _beyond(value: object) -> int | None:
    """The first integer anywhere in a JSON value that 64 bits do not hold."""
    if isinstance(value, int):
        return None if -(2**63) <= value < 2**63 else value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((found for v in inner if (found := _beyond(v)) is not None), None)
