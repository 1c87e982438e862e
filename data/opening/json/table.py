"""Objects as a stream of frames: every line is a row, blank, or a fault that is told."""

from collections.abc import Iterator
from io import BytesIO

import numpy as np
import polars as pl

from data.errors import AisleError
from data.fault import Lost, with_lost_lines
from data.opening.json.lines import Chunk, object_lines
from data.opening.json.quick import Reading, mostly, with_others
from data.opening.json.types import Types, merged_types, readable, types_of
from data.opening.json.values import BEYOND, NOT_OBJECT, as_json, fault_of, holds_beyond
from data.opening.members import Member
from data.opening.unread import shown

MOST_FAULTS = 100_000
"""Lines of a file that may be broken before reading on is a waste of time."""


def read_json(
    member: Member, types: Types, encoding: str, size: int, quick: Reading | None = None
) -> Iterator[pl.DataFrame]:
    """Frames of a file of objects, about `size` bytes at once; a line that is none is a row with a fault.

    Parameters
    ----------
    member
        The file.
    types
        The fields that are read, with their types.
    encoding
        The text's.
    size
        Bytes that are read at once; the rows do not depend on it.
    quick
        Reads lines of a form that a format's files have, to the same rows.

    Raises
    ------
    AisleError
        If the text cannot be read, or hardly a line of it is an object.
    """
    bad = 0
    for chunk in object_lines(member, encoding, size):
        frame, faults = _parsed(chunk, types, member.where, quick)
        bad += len(faults)
        if bad > MOST_FAULTS:
            raise AisleError(
                f"{shown(member.path)}: more than {MOST_FAULTS:,} lines cannot be read, such as this: {faults[0].why}; "
                "one JSON object a line, or an array of them, is needed."
            )
        if frame.height or faults:
            yield with_lost_lines(frame, faults)


def infer_types(members: list[Member], encoding: str, size: int) -> Types:
    """The types of all fields of files: a field may be absent, null or whole numbers in the first part of one."""
    types: dict[str, pl.DataType] = {}
    for member in members:
        for chunk in object_lines(member, encoding, size):
            types = merged_types(types, types_of(chunk.text))
    return {name: readable(kind) for name, kind in types.items()}


def _parsed(chunk: Chunk, types: Types, where: str, quick: Reading | None) -> tuple[pl.DataFrame, list[Lost]]:
    """A chunk's rows, by the quick reading as far as it goes."""
    found = None if quick is None else quick(chunk.text)
    if found is None or not mostly(found):
        return _parse(chunk, types, where)
    if not len(found.others):
        return found.frame, []
    lines = chunk.text.split(b"\n")
    others = np.array([line for line in found.others if lines[line].strip()], np.int64)
    rest = Chunk(b"".join(lines[line] + b"\n" for line in others), [chunk.numbers[line] for line in others])
    return with_others(found, *_parse(rest, types, where), others)


def _parse(chunk: Chunk, types: Types, where: str) -> tuple[pl.DataFrame, list[Lost]]:
    frame = _by_polars(chunk.text, types) if types else None  # without fields Polars does not look at the lines
    if isinstance(frame, pl.DataFrame) and (
        frame.height == chunk.text.count(b"\n") or frame.height == _lines(chunk.text)
    ):
        return frame, []
    rows: list[tuple[int, bytes]] = []
    faults: list[Lost] = []
    numbers: list[int] = []
    for number, line in zip(chunk.numbers, chunk.text.split(b"\n"), strict=False):
        if line.strip():
            usable = _usable(line, types)
            if isinstance(usable, bytes):
                rows.append((len(numbers), usable))
            else:
                faults.append(Lost(len(numbers), usable))
            numbers.append(number)
    frames, misfits = _fitting(rows, types)
    told_of = [Lost(fault.row, f"line {numbers[fault.row]}{where} {fault.why}") for fault in sorted(faults + misfits)]
    return pl.concat([pl.DataFrame(schema=dict(types)), *frames]), told_of


def _lines(text: bytes) -> int:
    """Lines that are not blank."""
    return sum(bool(line.strip()) for line in text.split(b"\n"))


def _usable(line: bytes, types: Types) -> bytes | str:
    """A line as Polars reads it, or what is wrong with it."""
    fault = fault_of(line)
    if fault is None:
        return line
    if (printed := as_json(line)) is not None:
        return printed
    # the two readers differ in what they still call JSON, and Polars has read the lines of other chunks
    read = None if fault == NOT_OBJECT or not types else _by_polars(line, types)
    return line if isinstance(read, pl.DataFrame) and read.height == 1 else fault


def _by_polars(text: bytes, types: Types) -> pl.DataFrame | str:
    """The objects of lines, or what Polars says is wrong."""
    if not text.strip():
        return pl.DataFrame(schema=dict(types))
    try:
        return pl.read_ndjson(BytesIO(text), schema=dict(types), infer_schema_length=None)
    except pl.exceptions.PolarsError as error:
        return str(error).splitlines()[0]


def _fitting(rows: list[tuple[int, bytes]], types: Types) -> tuple[list[pl.DataFrame], list[Lost]]:
    """The objects whose fields have the types, and by halving those whose have not."""
    if not rows:
        return [], []
    read = _by_polars(b"\n".join(line for _, line in rows), types)
    if isinstance(read, pl.DataFrame) and read.height == len(rows):
        return [read], []
    if len(rows) == 1:
        row, line = rows[0]
        return [], [Lost(row, BEYOND if holds_beyond(line) else f"has a field of another type: {str(read)[:100]}")]
    middle = len(rows) // 2
    one, other = _fitting(rows[:middle], types), _fitting(rows[middle:], types)
    return one[0] + other[0], one[1] + other[1]
