"""Lists of items that a shop keeps beside its log: what is sold, what is not wanted, what is in stock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.fault import refuse_faults
from data.files import csv_fields, is_csv, read_batches
from data.formats import LogFormat
from data.opening.csv.dialect import Dialect
from data.opening.csv.table import read_csv
from data.opening.limits import MIB
from data.opening.members import members_of
from data.opening.text import is_utf8
from data.shapes.column_types import plain_columns
from data.values.null_tokens import is_token, tokens_of
from data.values.numbers import read_numbers
from data.values.raw_keys import parse_keys

SEPARATORS = (",", ";", "tab", "|")
WHOLE_LINE = Dialect("\x1e", None, ("key",))
"""How a list of keys is written: what divides fields stands in no text (ASCII: record separator)."""
ENCLOSED = r'^"((?:[^"]|"")*)"$'


@dataclass(frozen=True)
class ItemFiles:
    """Reads lists of items: packed, divided and encoded in any way that a log may be.

    Parameters
    ----------
    names
        What the column of items may be called.
    layout
        The log's: a list may be written like it, or with any common separator and as UTF-8.
    """

    names: Sequence[str]
    layout: LogFormat = field(default_factory=LogFormat)

    def items(self, path: Path, setting: str) -> pl.Series:
        """The keys in a list of items, as texts, each once, in the file's order.

        Parameters
        ----------
        path
            A table with one of the columns, or a text file with a key a line.
        setting
            What names the file, for messages.

        Raises
        ------
        AisleError
            If the file cannot be read, or names no item.
        """
        table = self.table(path)
        rows = table if table is not None else pl.DataFrame({self.names[0]: self._lines(path)})
        keys = self._keys(rows, path, setting).drop_nulls().unique(maintain_order=True)
        if keys.is_empty():
            raise AisleError(
                f"{path}: `{setting}` names no item; give a key a line, or a table with a column `{self.names[0]}`."
            )
        return keys

    def stock(self, path: Path) -> pl.DataFrame:
        """What is left of each item: frame(key, left), an item that is named several times with the most of them.

        Raises
        ------
        AisleError
            If the file cannot be read, lacks a column, or a number of pieces is none.
        """
        rows = self.table(path)
        if rows is None or "stock" not in rows.columns:
            found = "a list" if rows is None else rows.columns
            needed = f"columns `{self.names[0]}` and `stock`"
            raise AisleError(f"{path}: `filters.stock` needs a table with {needed}, got {found}.")
        keys = self._keys(rows, path, "filters.stock")
        told = _plain(rows, "stock", path)
        left = read_numbers(told, self.layout.decimal, self.layout.currency).value
        if (wrong := keys.is_not_null() & left.is_null()).any():
            row = int(wrong.arg_true()[0])
            raise AisleError(
                f"{path}: row {row + 1}: `stock` of item {keys[row]!r} is {told[row]!r}, and no number; write "
                "0 where there is none, or leave the item out."
            )
        known = pl.DataFrame({"key": keys, "left": left}).drop_nulls()
        return known.group_by("key").agg(pl.col("left").max()).sort("key")

    def table(self, path: Path) -> pl.DataFrame | None:
        """A file as a table; null for a text whose first line does not name the column of items."""
        layout = replace(self.layout, header=None)
        if is_csv(path):
            found = self._dialect(path, replace(layout, encoding=self._encoding(path)))
            if found is None:
                return None
            layout = found
        batches = (refuse_faults(batch, path) for batch in read_batches(path, layout))
        return pl.concat(batches, how="vertical_relaxed")

    def _dialect(self, path: Path, layout: LogFormat) -> LogFormat | None:
        """The first way of writing by which the first line names the column of items."""
        for separator in dict.fromkeys((layout.separator, *SEPARATORS)):
            tried = replace(layout, separator=separator)
            try:
                fields = csv_fields(path, tried)
            except AisleError:  # not written so; reading the file as a list tells of any other fault
                continue
            if {name.partition(" (column ")[0] for name in fields} & set(self.names):
                return tried
        return None

    def _lines(self, path: Path) -> pl.Series:
        """A text's lines with something in them."""
        encoding = self._encoding(path)
        batches = (
            refuse_faults(batch, path)["key"]
            for member in members_of(path)
            for batch in read_csv(member, WHOLE_LINE, encoding, MIB)
        )
        lines = pl.concat([pl.Series("key", [], dtype=pl.String), *batches]).str.strip_chars()
        inside = lines.str.extract(ENCLOSED).str.replace_all('""', '"', literal=True)
        return inside.fill_null(lines)

    def _encoding(self, path: Path) -> str:
        """UTF-8 where a text is that, else the log's."""
        plain = all(is_utf8(text) and b"\0" not in text for text in _texts(path))
        return "utf-8" if plain else self.layout.encoding

    def _keys(self, rows: pl.DataFrame, path: Path, setting: str) -> pl.Series:
        """The column of items as texts; null for what is no key."""
        plain = _plain(rows, self._column(rows, path, setting), path)
        numbers = pl.int_range(1, len(plain) + 1, eager=True)
        keys = parse_keys(plain, integer=False, path=path, rows=numbers).cast(pl.String)
        none = is_token(keys, tokens_of(self.layout.null_tokens))
        return keys if none is None else keys.set(none, None)

    def _column(self, rows: pl.DataFrame, path: Path, setting: str) -> str:
        found = next((name for name in self.names if name in rows.columns), None)
        needed = f"`{setting}` needs a column `{self.names[0]}`"
        if found is None:
            raise AisleError(f"{path}: {needed}, the table has {rows.columns}: name it so.")
        if rows.schema[found].is_nested():
            raise AisleError(f"{path}: `{setting}`: column `{found}` holds {rows.schema[found]}; give one key a row.")
        return found


def _plain(rows: pl.DataFrame, name: str, path: Path) -> pl.Series:
    return refuse_faults(plain_columns(rows.select(name), path), path)[name]


def _texts(path: Path) -> Iterator[bytes]:
    for member in members_of(path):
        with member.open() as stream:
            yield stream.read()
