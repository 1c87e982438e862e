"""What keeps a file from being read, and in which line: looked for slowly, only once something is wrong."""

import json
import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.shortened import some

Types = Mapping[str, pl.DataType]


def require_file(path: Path) -> None:
    """Refuse a path where no file is."""
    if not path.is_file():
        raise AisleError(f"{path}: there is no such file; check the path (relative to {Path.cwd()}).")


def kind_of(path: Path) -> str:
    """Tell by a file's ending whether it is `parquet`, `jsonl` or `csv`; refuse any other."""
    suffixes = [s.lower() for s in path.suffixes if s != ".gz"]
    kind = suffixes[-1] if suffixes else ""
    known = {".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl"}
    if kind in known:
        return known[kind]
    if kind in {".csv", ".tsv", ".txt", ".dat", ".data"}:
        return "csv"
    raise AisleError(f"{path}: cannot tell the format from its ending; use .csv, .jsonl or .parquet (.gz for text).")


def check_names(path: Path, fields: list[str], names: list[str]) -> None:
    """Refuse a CSV whose first line has not as many fields as there are names, or whose names repeat."""
    if len(fields) != len(names):
        needed = f"{len(names)} are needed: {some(names)}"
        raise AisleError(f"{path}: the first line has {len(fields)} fields where {needed}.")
    if len(set(names)) < len(names):
        raise AisleError(f"{path}: two columns of {some(names)} have one name; rename one.")


def utf8(path: Path, first: int, text: bytes) -> bytes:
    """Refuse a text that is not UTF-8, naming the line."""
    try:
        text.decode()
    except UnicodeDecodeError as error:
        line = first + text.count(b"\n", 0, error.start)
        raise AisleError(f"{path}: line {line} is not UTF-8; convert the file (iconv -t UTF-8).") from None
    return text


def open_quote(path: Path, line: int) -> AisleError:
    """Say that a line's quote is never closed."""
    return AisleError(f"{path}: line {line} opens a quote that is never closed; close it, or double a literal quote.")


def csv_fault(path: Path, first: int, text: bytes, separator: str, width: int, reason: str) -> AisleError:
    """Name the line that Polars refused, and what is wrong with it."""
    what = _malformed(text, separator, width, first) or reason.splitlines()[0]
    return AisleError(f"{path}: {what}; mend the line or set `input.format.separator`.")


def json_fault(path: Path, first: int, text: bytes, schema: Types | None, reason: str) -> AisleError:
    """Name the line that Polars refused: the slow reading is worth it only once something is wrong."""
    lines = text.split(b"\n")
    for number, line in enumerate(lines, first):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError:
            return AisleError(f"{path}: line {number} is not JSON; mend or remove the line.")
        if not isinstance(value, dict):
            return AisleError(f"{path}: line {number} is not a JSON object; one object a line is needed.")
        if (found := _beyond(value)) is not None:
            return AisleError(f"{path}: line {number}: `{found}` is beyond its range (64-bit integers); use text keys.")
    number = first + _first_misfit(lines, schema)
    return AisleError(f"{path}: line {number}: {reason.splitlines()[0]}; each field needs one type throughout.")


def _malformed(text: bytes, separator: str, width: int, first: int) -> str | None:
    """What is wrong with the first record that has too many fields or a quote out of place."""
    cut = re.escape(separator.encode())
    field = rb'(?:"(?:[^"]|"")*+"|[^"\n' + cut + rb"]*+)"
    more = b"(?:" + cut + field + b")"
    end = re.match(rb"(?:%b%b{0,%d}+\r?(?:\n|\Z))*+" % (field, more, width - 1), text)
    start = end.end() if end else 0
    if start == len(text):
        return None
    line = first + text.count(b"\n", 0, start)
    if re.compile(rb"%b%b*+\r?(?:\n|\Z)" % (field, more)).match(text, start):
        return f"line {line} has more fields than the header"
    return f"line {line} has a quote out of place"


def _first_misfit(lines: list[bytes], schema: Types | None) -> int:
    """The index of the first line that does not fit the columns, by halving."""
    low, high = 0, len(lines)
    while high - low > 1:
        middle = (low + high) // 2
        try:
            pl.read_ndjson(BytesIO(b"\n".join(lines[:middle])), schema=schema, infer_schema_length=None)
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
