"""A stretch of a CSV's text as records in order: those that can be read, and lines that cannot, with what is wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from data.fault import Lost
from data.opening.csv.dialect import Dialect
from data.opening.csv.kernel import plain_run
from data.opening.csv.odd import Odd
from data.opening.limits import HEAD, LONGEST_FIELD
from data.opening.text import NOT_UTF8, is_utf8

AGAIN = "is the header again"


@dataclass
class Stretch:
    """What was found in a stretch of text.

    Parameters
    ----------
    pieces
        Text of whole records, one after another; Polars can read it.
    records, blanks
        How many records, and how many blank lines among them.
    faults
        Lines that are none, at their places among the rows.
    read
        Bytes of the stretch that are told of; what follows begins a record that ends beyond the stretch.
    """

    pieces: list[bytes] = field(default_factory=list)
    records: int = 0
    blanks: int = 0
    faults: list[Lost] = field(default_factory=list)
    read: int = 0

    @property
    def rows(self) -> int:
        """Records and faults."""
        return self.records + len(self.faults)


@dataclass(frozen=True)
class Records:
    """Finds the records of one file.

    Parameters
    ----------
    dialect
        How it is written.
    width
        Its columns.
    header
        Its header line, which is no record where it stands again; empty if it has none.
    where
        What a message says after a line's number.
    """

    dialect: Dialect
    width: int
    header: bytes
    where: str

    def of(self, text: bytes, first: int, final: bool) -> Stretch:
        """The records of whole lines of text.

        Parameters
        ----------
        text
            Ends in a newline.
        first
            The number of its first line.
        final
            Whether the file ends with it.
        """
        found = Stretch()
        count = _Lines(text, first)
        for start, end, fault in self._parts(text):
            stopped = self._records(text, start, end, final or fault is not None, found, count)
            if stopped < end:
                found.read = stopped
                return found
            if fault is not None:
                found.faults.append(Lost(found.rows, self._said(count.at(end), fault)))
        found.read = len(text)
        return found

    def _parts(self, text: bytes) -> Iterator[tuple[int, int, str | None]]:
        """The text between lines that are no records whatever stands around them: start, end, what is wrong there."""
        start = 0
        for line, end, fault in self._lost_lines(text):
            if line >= start:
                yield start, line, fault
                start = end
        if start < len(text):
            yield start, len(text), None

    def _lost_lines(self, text: bytes) -> list[tuple[int, int, str]]:
        lost = [(*span, NOT_UTF8) for span in _not_utf8(text)]
        if self.header and self.header in text:
            pattern = re.compile(rb"^%b\r?\n" % re.escape(self.header), re.MULTILINE)
            lost += [(match.start(), match.end(), AGAIN) for match in pattern.finditer(text)]
        return sorted(lost)

    def _records(self, text: bytes, start: int, end: int, final: bool, found: Stretch, count: "_Lines") -> int:
        """Find the records from `start` to `end`; where it stops: before `end` only if more text is needed."""
        letters = np.frombuffer(text, np.uint8, end)
        odd = Odd(self.dialect, self.width)
        quote = ord(self.dialect.quote) if self.dialect.quote else -1
        while start < end:
            stop, records, blanks = plain_run(
                letters, start, ord(self.dialect.divider), quote, self.width, LONGEST_FIELD
            )
            if stop > start:
                found.pieces.append(text if stop - start == len(text) else text[start:stop])
                found.records += records
                found.blanks += blanks
            if stop == end:
                break
            after, said = odd.told(text, stop, end, final)
            if said is None:
                return int(stop)
            if isinstance(said, bytes):
                found.pieces.append(said)
                found.records += 1
            else:
                found.faults.append(Lost(found.rows, self._said(count.at(stop), said)))
            start = after
        return end

    def _said(self, line: int, fault: str) -> str:
        return f"line {line}{self.where} {fault}"


class _Lines:
    """The numbers of lines, asked for in rising order."""

    def __init__(self, text: bytes, first: int) -> None:
        self.text, self.line, self.known = text, first, 0

    def at(self, offset: int) -> int:
        """The number of the line that begins at an offset."""
        self.line += self.text.count(b"\n", self.known, offset)
        self.known = offset
        return self.line


def _not_utf8(text: bytes) -> Iterator[tuple[int, int]]:
    """Where lines begin and end that are not UTF-8: looked for block by block, and line by line within a bad one."""
    if text.isascii() or is_utf8(text):
        return
    start = 0
    while start < len(text):
        end = text.find(b"\n", min(start + HEAD, len(text) - 1)) + 1
        if not is_utf8(text[start:end]):
            for line in text[start:end].split(b"\n")[:-1]:
                if not is_utf8(line):
                    yield start, start + len(line) + 1
                start += len(line) + 1
        start = end
