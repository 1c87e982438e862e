"""Rows with their labels as a table of their own: part by part, labels read, bad rows set aside and counted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.growing import growing
from data.keys import key_hash
from data.labelled.choice import REPEATED, counts_of
from data.labelled.chunks import add_odd
from data.labelled.config import Labelled
from data.labelled.index import Index, IndexedPart
from data.labelled.labels import read_labels
from data.labelled.reading import Odd, Rows, rows_of
from data.labelled.seen import Seen
from data.opening.arrow_types import why_unreadable
from data.partitions.parts import Aside
from data.tables import shard_file

ROWS = "rows"
QUARANTINE = {"part": pl.String, "row": pl.Int64, "key": pl.String, "reason": pl.String}
MOST_KEPT = 10_000
"""Bad rows that are listed; all are counted."""


@dataclass
class Written:
    """What came of writing rows.

    Parameters
    ----------
    rows, kept
        Rows that were read, and that were written.
    bad
        How many were set aside, by reason.
    missing
        By column, in how many of the written rows it has no value.
    odd
        By column, values that could not be said in its type, by reason.
    quarantine
        Rows that were set aside, the first of them.
    aside
        Parts whose bytes are damaged.
    damaged
        Rows that they would have given.
    """

    rows: int = 0
    kept: int = 0
    bad: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    odd: Odd = field(default_factory=dict)
    quarantine: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=QUARANTINE))
    aside: list[Aside] = field(default_factory=list)
    damaged: int = 0

    def add(self, other: "Written") -> None:
        """Count what came of another part."""
        self.rows += other.rows
        self.kept += other.kept
        self.bad += other.bad
        self.missing.update(other.missing)
        add_odd(self.odd, other.odd)
        self.quarantine = pl.concat([self.quarantine, other.quarantine]).head(MOST_KEPT)


def write_rows(index: Index, table: Labelled, into: Path) -> Written:
    """Write rows/NNN.parquet, one a part: the key, the moment, labels as f64, the columns of features.

    A row whose labels cannot be believed is set aside, and so is one whose key stands in an earlier row that is not.
    """
    (into / ROWS).mkdir()
    total, seen = Written(), Seen()
    for number, part in enumerate(index.parts):
        file, before = shard_file(into / ROWS, number), list(seen.runs)
        try:
            total.add(_write_part(index, part, table, file, seen))
        except AisleError as error:
            file.unlink(missing_ok=True)
            seen.runs = before
            total.damaged += part.rows
            total.aside.append(Aside.of(part.opened.part.path, error))
    return total


def _write_part(index: Index, part: IndexedPart, table: Labelled, file: Path, seen: Seen) -> Written:
    beside = [name for name, role in index.roles.items() if role in ("label", "outcome", "undeclared")]
    found = Written()
    with growing(file, None, "snappy") as written:
        for rows in rows_of(index, part, table, beside):
            labels = read_labels(rows.frame, table)
            reason = _without_repeated(rows.frame[table.key], labels.reason, seen)
            _count(rows, reason, part, index, beside, found)
            plain = rows.frame.select(table.key, table.moment), labels.frame, rows.frame.select(index.schema.names())
            whole = pl.concat(plain, how="horizontal")
            written.write(whole.filter(reason.is_null()) if reason.null_count() < whole.height else whole)
    return found


def _without_repeated(key: pl.Series, reason: pl.Series, seen: Seen) -> pl.Series:
    """Reasons with one more: a key that stands in an earlier good row. Of 64-bit hashes, which take little room."""
    good = reason.is_null()
    first = seen.first(key_hash(key.filter(good)).to_numpy())
    return reason.scatter(good.arg_true().filter(~pl.Series(first)), REPEATED) if not first.all() else reason


def _count(
    rows: Rows, reason: pl.Series, part: IndexedPart, index: Index, beside: Sequence[str], found: Written
) -> None:
    bad = reason.is_not_null()
    good = rows.frame.filter(~bad)
    found.rows += rows.frame.height
    found.kept += good.height
    add_odd(found.odd, rows.odd)
    columns = {column.name: column for column in good.iter_columns()}
    for name in (*index.schema, *beside):
        if name not in columns:
            found.missing[name] += good.height
        elif why_unreadable(columns[name].dtype) is None:
            found.missing[name] += columns[name].null_count()
    if bad.any():
        found.bad += counts_of(reason)
        path = pl.repeat(str(part.opened.part.path), len(reason), dtype=pl.String, eager=True)
        key = rows.frame[index.choice.key]
        listed = pl.DataFrame({"part": path, "row": rows.number, "key": key, "reason": reason}, schema=QUARANTINE)
        found.quarantine = pl.concat([found.quarantine, listed.filter(bad)]).head(MOST_KEPT)
