"""Malformed logs: a good one with its values, its structure, its bytes or its wrapping changed, by a seed."""

import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.fuzz_arrow import KINDS
from benchmarks.fuzz_layouts import TEXT_ONLY, as_lines, as_text, good_log
from benchmarks.fuzz_words import VALUES

BYTES = (
    b'"',
    b"'",
    b"\x00",
    b"\xff",
    b"\xc3",
    b"\r",
    b"\n",
    b"\n\n",
    b",",
    b";",
    b"\t",
    b"\\",
    b"\xef\xbb\xbf",
    b"\x1a",
    b"{}",
    b"[",
)


@dataclass(frozen=True)
class Input:
    """A file to read: its name, whose ending tells its form, and what was done to it."""

    reader: str
    name: str
    content: bytes
    changes: tuple[str, ...]


def make_input(reader: str, seed: int) -> Input:
    """The input of a seed: always the same bytes."""
    draw = Random(f"{reader} {seed}")
    forms = {"csv": _text, "jsonl": _lines} | ({} if reader in TEXT_ONLY else {"parquet": _parquet})
    if reader == "otto_jsonl":
        forms.pop("csv")
    form = draw.choice(list(forms))
    content, changes = forms[form](reader, draw)
    if draw.random() < 0.4:
        content, changes = _harm(content, changes, draw)
    name = f"log.{form}"
    if form != "parquet" and draw.random() < 0.2:
        name, content, changes = _wrap(name, content, changes, draw)
    return Input(reader, name, content, tuple(changes))


def _text(reader: str, draw: Random) -> tuple[bytes, list[str]]:
    log, changes = _changed(good_log(reader), draw)
    text = as_text(log, reader)
    if draw.random() < 0.3:
        change = draw.choice(LINES)
        lines = text.split(b"\n")
        change(lines, draw)
        return b"\n".join(lines), [*changes, change.__name__]
    if draw.random() < 0.1:
        code = draw.choice(("utf-16", "latin-1", "utf-32"))
        return text.decode(errors="replace").encode(code, errors="replace"), [*changes, code]
    return text, changes


def _changed(log: pl.DataFrame, draw: Random) -> tuple[pl.DataFrame, list[str]]:
    """Some values of some columns are others, as texts."""
    if draw.random() < 0.2:
        return log, []
    name = draw.choice(log.columns)
    values = log[name].to_list()
    for _ in range(draw.choice((1, 3, len(values)))):
        values[draw.randrange(len(values))] = draw.choice(VALUES)
    texts = [value if value is None or isinstance(value, str) else str(value) for value in values]
    return log.with_columns(pl.Series(name, texts, dtype=pl.String)), [f"values of {name}"]


def _drop(lines: list[bytes], draw: Random) -> None:
    del lines[draw.randrange(len(lines))]


def _twice(lines: list[bytes], draw: Random) -> None:
    lines.insert(draw.randrange(len(lines)), draw.choice(lines))


def _shuffle(lines: list[bytes], draw: Random) -> None:
    draw.shuffle(lines)


def _blank(lines: list[bytes], draw: Random) -> None:
    lines[draw.randrange(len(lines))] = draw.choice((b"", b" ", b",", b'"', b"\r"))


def _longer(lines: list[bytes], draw: Random) -> None:
    at = draw.randrange(len(lines))
    lines[at] += draw.choice((b",1", b",", b";;;;", b',"', b"," * 5_000))


def _twins(lines: list[bytes], _: Random) -> None:
    """Two columns of the header have one name."""
    fields = lines[0].split(b",")
    lines[0] = b",".join([*fields[:-1], fields[0]])


LINES: tuple[Callable[[list[bytes], Random], None], ...] = (_drop, _twice, _shuffle, _blank, _longer, _twins)


def _lines(reader: str, draw: Random) -> tuple[bytes, list[str]]:
    rows = good_log(reader).to_dicts()
    changes = []
    for _ in range(draw.choice((0, 1, 3))):
        row = draw.choice(rows)
        name = draw.choice(list(row) or ["session"])
        what = draw.choice(("value", "gone", "more", "deep"))
        changes.append(f"{what} {name}")
        if what == "gone":
            row.pop(name, None)
        else:
            row[name] = {"value": draw.choice(VALUES), "more": [row.get(name)] * 2, "deep": _deep(draw)}[what]
    if draw.random() < 0.15:
        return json.dumps(rows, default=str).encode(), [*changes, "array"]
    lines = as_lines(pl.DataFrame()) + b"".join(json.dumps(row, default=str).encode() + b"\n" for row in rows)
    return lines, changes


def _deep(draw: Random) -> Any:  # noqa: ANN401 - any JSON
    value: Any = 1
    for _ in range(draw.choice((3, 50, 300))):
        value = [value] if draw.random() < 0.5 else {"a": value}
    return value


def _parquet(reader: str, draw: Random) -> tuple[bytes, list[str]]:
    log, changes = _changed(good_log(reader), draw) if draw.random() < 0.3 else (good_log(reader), [])
    table = log.to_arrow()
    for _ in range(draw.choice((0, 1, 1, 2))):
        at = draw.randrange(table.num_columns)
        kind = draw.choice(list(KINDS))
        array = KINDS[kind](draw, table.num_rows)
        table = table.set_column(at, table.column_names[at], array)
        changes.append(f"{table.column_names[at]} as {kind}")
    if draw.random() < 0.05:
        names = [*table.column_names[:-1], table.column_names[0]]
        table, changes = table.rename_columns(names), [*changes, "two of one name"]
    buffer = io.BytesIO()
    pq.write_table(table, buffer, row_group_size=16)
    return buffer.getvalue(), changes


def _harm(content: bytes, changes: list[str], draw: Random) -> tuple[bytes, list[str]]:
    """Bytes are flipped, cut, put in, doubled."""
    data = bytearray(content)
    for _ in range(draw.choice((1, 2, 8))):
        at = draw.randrange(len(data) + 1)
        what = draw.choice(("flip", "cut", "end", "put", "double"))
        changes = [*changes, what]
        if what == "flip" and at < len(data):
            data[at] ^= 1 << draw.randrange(8)
        elif what == "cut":
            del data[at : at + draw.choice((1, 4, 100))]
        elif what == "end" and draw.random() < 0.3:
            del data[at:]
        elif what == "put":
            data[at:at] = draw.choice(BYTES)
        elif what == "double":
            data[at:at] = data[at : at + 200]
    return bytes(data), changes


def _wrap(name: str, content: bytes, changes: list[str], draw: Random) -> tuple[str, bytes, list[str]]:
    if draw.random() < 0.3:
        packed, ending = pa.Codec("zstd").compress(content, asbytes=True), ".zst"
    else:
        packed, ending = gzip.compress(content, mtime=0), ".gz"
    if draw.random() < 0.4:
        packed, changes = _harm(packed, changes, draw)
    return name + ending, packed, [*changes, ending]
