"""The first line of a CSV: its columns' names, or what tells their number where it has none."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from data.errors import AisleError
from data.opening.csv.dialect import Dialect
from data.opening.csv.grammar import fields_of, grammar_of
from data.opening.csv.probable import probable_separator
from data.opening.limits import LONGEST_FIELD, LONGEST_LINE, MOST_FIELDS
from data.opening.unread import shown


@dataclass(frozen=True)
class Header:
    """A file's columns.

    Parameters
    ----------
    names
        Theirs, no two alike (see `distinct`).
    line
        The line that names them, without its end; empty if the file has none.
    start
        Bytes of the text before the first row.
    """

    names: list[str]
    line: bytes
    start: int


def header_of(path: Path, text: bytes, dialect: Dialect) -> Header:
    """The columns of a file whose text begins with `text`, whole lines of which the first is not blank.

    Raises
    ------
    AisleError
        If the line is too long, has too many fields or a quote out of place, or not as many fields as are needed.
    """
    fields, line = _first_record(path, text, dialect)
    if dialect.header is None:
        trailing = _has_trailing_separator(text[len(line) :], dialect, len(fields))
        return Header(distinct([*fields, ""] if trailing else fields), line.rstrip(b"\r\n"), len(line))
    if len(fields) != len(dialect.header):
        probable = probable_separator(fields, dialect.header, dialect.separator)
        advice = f"; its fields look divided by `{probable}`: set `input.format.separator`" if probable else ""
        raise AisleError(
            f"{shown(path)}: the first line has {len(fields)} fields where {len(dialect.header)} are needed: "
            f"{list(dialect.header)}{advice}."
        )
    named = [name.strip().lower() for name in fields] == [name.lower() for name in dialect.header]
    return Header(list(dialect.header), line.rstrip(b"\r\n") if named else b"", 0)


def is_open(text: bytes, dialect: Dialect) -> bool:
    """Whether the first record goes on where a text ends."""
    if not dialect.quote or len(text) > LONGEST_FIELD:
        return False
    return grammar_of(dialect.divider, dialect.quote, MOST_FIELDS).open.match(text) is not None


def distinct(names: list[str]) -> list[str]:
    """Names without blanks around; those of several columns also tell the column's number, so that none is taken.

    Examples
    --------
    >>> distinct(["item", " time", "item"])
    ['item (column 1)', 'time', 'item (column 3)']
    """
    stripped = [name.strip() for name in names]
    counts = Counter(stripped)
    return [f"{name} (column {number})" if counts[name] > 1 else name for number, name in enumerate(stripped, start=1)]


def _first_record(path: Path, text: bytes, dialect: Dialect) -> tuple[list[str], bytes]:
    line = text[: text.index(b"\n") + 1]
    if len(line) > LONGEST_LINE or line.count(dialect.divider.encode()) >= MOST_FIELDS:
        raise AisleError(
            f"{shown(path)}: the first line has more than {MOST_FIELDS:,} fields or {LONGEST_LINE >> 20} MiB; set "
            "`input.format.separator`, or name a file that is a table."
        )
    grammar = grammar_of(dialect.divider, dialect.quote, MOST_FIELDS)
    match = grammar.enclosed.match(text) or grammar.lenient.match(line)
    if match is None:
        raise AisleError(
            f"{shown(path)}: the first line has a quote out of place ({_sample(line)}); mend it or set "
            "`input.format.quote`."
        )
    values = fields_of(match[0], grammar, dialect.quote)
    return [dialect.restored(value or b"").decode(errors="replace") for value in values], match[0]


def _has_trailing_separator(rest: bytes, dialect: Dialect, width: int) -> bool:
    """Whether the first row ends in a separator that the header's line does not have."""
    grammar = grammar_of(dialect.divider, dialect.quote, width + 1)
    match = grammar.enclosed.match(rest.lstrip(b"\r\n"))
    if match is None:
        return False
    values = fields_of(match[0], grammar, dialect.quote)
    return len(values) == width + 1 and not (values[-1] or b"").strip()


def _sample(line: bytes) -> str:
    return repr(line[:60].decode(errors="replace").rstrip())
