"""The records of a stretch of text as a frame of texts."""

import re
from io import BytesIO

import polars as pl

from data.opening.csv.dialect import STAND_IN, Dialect
from data.opening.csv.grammar import fields_of, grammar_of
from data.opening.csv.records import Stretch


def parse(found: Stretch, dialect: Dialect, names: list[str]) -> pl.DataFrame:
    """The records under the columns' names; a record that ends early has nulls."""
    schema = dict.fromkeys(names, pl.String())
    if not found.records:
        return pl.DataFrame(schema=schema)
    text = found.pieces[0] if len(found.pieces) == 1 else b"".join(found.pieces)
    if found.blanks:
        text = _without_blank_lines(text, dialect.quote)
    frame = _by_polars(text, dialect, schema)
    if frame is None or frame.height != found.records:  # should its grammar differ from ours
        frame = _by_hand(text, dialect, schema)
    if dialect.divider != dialect.separator and dialect.quote and dialect.quote.encode() in text:
        frame = frame.with_columns(pl.all().str.replace_all(STAND_IN, dialect.separator, literal=True))
    return frame


def _by_polars(text: bytes, dialect: Dialect, schema: dict[str, pl.String]) -> pl.DataFrame | None:
    try:
        return pl.read_csv(
            BytesIO(text),
            separator=dialect.divider,
            quote_char=dialect.quote,
            has_header=False,
            schema=schema,
            missing_columns="insert",  # else a first line that ends early is an error, another line is not
            raise_if_empty=False,
        )
    except pl.exceptions.PolarsError:
        return None


def _by_hand(text: bytes, dialect: Dialect, schema: dict[str, pl.String]) -> pl.DataFrame:
    """Records one by one, as slowly as Python is."""
    grammar = grammar_of(dialect.divider, dialect.quote, len(schema))
    rows, at = [], 0
    while at < len(text):
        match = grammar.enclosed.match(text, at) or grammar.lenient.match(text, at)
        assert match is not None  # what the stretch has found to be records
        values = fields_of(match[0], grammar, dialect.quote)
        rows.append(
            [None if value is None else value.decode() for value in values] + [None] * (len(schema) - len(values))
        )
        at = match.end()
    return pl.DataFrame(rows, schema=schema, orient="row")


def _without_blank_lines(text: bytes, quote: str | None) -> bytes:
    """Polars would read a blank line as a row of nulls; those inside a quoted field stay."""
    if quote is None:
        return re.sub(rb"^[ \r\n]*\n", b"", text, flags=re.MULTILINE)
    q = re.escape(quote.encode())
    return re.sub(rb"(%b[^%b]*%b)|^[ \r\n]*\n" % (q, q, q), rb"\1", text, flags=re.MULTILINE)
