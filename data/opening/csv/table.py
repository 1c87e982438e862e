"""A CSV as a stream of frames: every line is a row, part of the header, blank, or a fault that is told."""

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BufferedReader

import polars as pl

from data.errors import AisleError
from data.fault import with_lost_lines
from data.opening.csv.dialect import STAND_IN, Dialect
from data.opening.csv.header import Header, header_of, is_open
from data.opening.csv.parse import parse
from data.opening.csv.records import Records
from data.opening.csv.told import as_told
from data.opening.limits import HEAD, LONGEST_LINE
from data.opening.lines import Lines
from data.opening.members import Member
from data.opening.text import text_of
from data.opening.unread import shown


def read_csv(member: Member, dialect: Dialect, encoding: str, size: int) -> Iterator[pl.DataFrame]:
    """Frames of texts, about `size` bytes at once; a line that cannot be read is a row with a fault.

    Parameters
    ----------
    member
        The file.
    dialect, encoding
        How it is written.
    size
        Bytes that are read at once; the rows do not depend on it.

    Raises
    ------
    AisleError
        If the file's text, its first line or the length of a line cannot be.
    """
    dialect = as_told(member, dialect, encoding)
    header = _header(member, dialect, encoding)
    if header is None:
        return
    records = Records(dialect, len(header.names), header.line, member.where)
    with text_of(member, encoding) as stream:
        lines = _lines(member, dialect, stream, size)
        lines.skip(header.start)
        while lines.text or lines.more():
            found = records.of(lines.text, lines.number, lines.final)
            lines.take(found.read)
            if lines.text:  # a record goes on beyond it
                lines.more()
            if found.rows:
                yield with_lost_lines(parse(found, dialect, header.names), found.faults)


def first_fields(member: Member, dialect: Dialect, encoding: str) -> list[str]:
    """The names in a file's first line, or what stands for them; nothing if the file has none."""
    header = _header(member, as_told(member, dialect, encoding), encoding)
    return [] if header is None else header.names


def _header(member: Member, dialect: Dialect, encoding: str) -> Header | None:
    """The columns, told by the file's beginning; null if it has no line."""
    with text_of(member, encoding) as stream:
        lines = _lines(member, dialect, stream, HEAD)
        lines.skip(len(dialect.told))
        while lines.more():
            blank = re.match(rb"(?:[ \r]*\n)*", lines.text)
            lines.take(blank.end() if blank else 0)
            enough = lines.final or len(lines.text) > HEAD // 2
            if lines.text and enough and (lines.final or not is_open(lines.text, dialect)):
                header = header_of(member.path, lines.text, dialect)
                return replace(header, start=lines.taken + header.start)
    return None


def _lines(member: Member, dialect: Dialect, stream: BufferedReader, size: int) -> Lines:
    def simplified(text: bytes) -> bytes:
        if dialect.divider != dialect.separator and STAND_IN.encode() in text:
            raise AisleError(
                f"{shown(member.path)}: holds the control letter U+001F, which stands in for a separator of several "
                "bytes; replace it."
            )
        return dialect.simplified(text)

    return Lines(member, stream, size, LONGEST_LINE, simplified)
