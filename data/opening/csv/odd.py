"""A record that is not plain: what it is after all, or what is wrong with it."""

from dataclasses import dataclass

from data.opening.csv.dialect import Dialect
from data.opening.csv.grammar import Grammar, fields_of, grammar_of
from data.opening.csv.swallowed import is_swallowed
from data.opening.limits import LONGEST_FIELD

NEVER_CLOSED = "opens a quote that is never closed, or only lines later"
OUT_OF_PLACE = "has a quote out of place (see `input.format.quote`)"
SURPLUS = "has more fields than the header"
ZEROS = "holds bytes that are 0"

Said = bytes | str | None
"""A record's text for Polars, what is wrong with its first line, or null where more text must tell."""


@dataclass(frozen=True)
class Odd:
    """Tells of odd records, by their text from their first line on.

    Parameters
    ----------
    dialect
        How the file is written.
    width
        Its columns.
    """

    dialect: Dialect
    width: int

    def told(self, text: bytes, start: int, end: int, final: bool) -> tuple[int, Said]:
        """Where the next record begins, and what is said of the one at `start`.

        Parameters
        ----------
        text, start, end
            A text, and where in it the record and what is known of the file begin and end.
        final
            Whether nothing that belongs to the record can follow.
        """
        line_end = text.index(b"\n", start) + 1
        line = text[start:line_end]
        if b"\x00" in line:
            return line_end, ZEROS
        if self.dialect.quote is None:
            return line_end, SURPLUS
        limit = min(end, start + LONGEST_FIELD)
        found = self._spanning(text, start, limit, b"\\" in line, waits=not final and limit == end)
        return found or (line_end, self._line(line))

    @property
    def _patterns(self) -> Grammar:
        return grammar_of(self.dialect.divider, self.dialect.quote, self.width)

    def _spanning(
        self, text: bytes, start: int, limit: int, backslash: bool, *, waits: bool
    ) -> tuple[int, Said] | None:
        """What a record is that may span lines; null if it is none, so that its first line stands for itself."""
        patterns = self._patterns
        if match := patterns.enclosed.match(text, start, limit):
            return None if self._swallowed(match[0]) else (match.end(), match[0])
        if waits and patterns.open.match(text, start, limit):
            return start, None
        if not backslash:
            return None
        if match := patterns.escaped.match(text, start, limit):
            return None if self._swallowed(match[0]) else (match.end(), self._rewritten(match[0]))
        return (start, None) if waits and patterns.open_escaped.match(text, start, limit) else None

    def _swallowed(self, record: bytes) -> bool:
        several = record.count(b"\n") > 1
        return several and is_swallowed(record, self.dialect.divider, self.dialect.quote or "", self.width)

    def _line(self, line: bytes) -> Said:
        """What a line is by itself."""
        patterns = self._patterns
        if patterns.lenient.fullmatch(line):
            return line
        if patterns.surplus.fullmatch(line):
            return SURPLUS
        return NEVER_CLOSED if patterns.open.match(line) else OUT_OF_PLACE

    def _rewritten(self, record: bytes) -> bytes:
        """A record with backslashes as one with doubled quotes."""
        quote = (self.dialect.quote or "").encode()
        values = fields_of(record, self._patterns, self.dialect.quote, escaped=True)
        written = [b"" if value is None else quote + value.replace(quote, quote * 2) + quote for value in values]
        return self.dialect.divider.encode().join(written) + b"\n"
