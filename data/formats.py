"""How a raw log is laid out: the columns, event names and clock that a reader works by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from data.schema import TYPES

IGNORE = "ignore"
"""The word that maps an event name to nothing: its rows are dropped by rule and counted."""

Unit = Literal["s", "ms", "us"]


@dataclass(frozen=True)
class Columns:
    """Which of the log's columns holds what; null where the log has none.

    Parameters
    ----------
    item
        The item's key; must exist.
    ts
        The event's time; must exist.
    session
        The session's key; it or `user` must exist.
    user
        The visitor's key.
    type
        The event's name (see `events`); without it every row is a click.
    price
        Of one piece.
    quantity
        Pieces.
    category
        The item's category.
    brand
        The item's brand.
    text
        The item's title or description.
    session_value
        What the whole session was worth, where the log says it: a label, never a feature.
    segment
        What kind of visitor the session has, such as a country or a channel, as its first event names it.
    """

    item: str = "item"
    ts: str = "ts"
    session: str | None = None
    user: str | None = None
    type: str | None = None
    price: str | None = None
    quantity: str | None = None
    category: str | None = None
    brand: str | None = None
    text: str | None = None
    session_value: str | None = None
    segment: str | None = None


@dataclass(frozen=True)
class LogFormat:
    """How to read a log.

    Parameters
    ----------
    reader
        The format's name (see `data.readers.READERS`): `generic` reads any CSV, parquet or jsonl by `columns`.
    columns
        The log's columns, for the generic reader; the named formats know theirs.
    events
        The log's own event names, each mapped to `clicks`, `carts`, `orders` or `ignore`. Added to what a named
        format knows.
    timezone
        The zone of time stamps that carry none, such as `Europe/Berlin`.
    unit
        The unit of numeric time stamps: `s`, `ms` or `us` since 1970.
    separator
        Between the fields of a CSV file.
    batch_rows
        Rows (for jsonl and CSV about 100 bytes each) read at once: what bounds a reader's memory.
    clock_start
        The made-up clock of logs that have none (reader `sequences`): when the file's first event happens.
    clock_step
        The time from one event of the file to the next on that clock.
    """

    reader: str = "generic"
    columns: Columns = field(default_factory=Columns)
    events: Mapping[str, str] = field(default_factory=dict)
    timezone: str | None = None
    unit: Unit | None = None
    separator: str = ","
    batch_rows: int = 1_000_000
    clock_start: datetime = datetime(2000, 1, 1)
    clock_step: timedelta = timedelta(seconds=1)

    def __post_init__(self) -> None:
        wrong = sorted({v for v in self.events.values() if v not in (*TYPES, IGNORE)})
        if wrong:
            raise ValueError(f"`events` maps to {wrong}; use one of {[*TYPES, IGNORE]}.")
        if self.batch_rows < 1:
            raise ValueError(f"`batch_rows` must be at least 1, got {self.batch_rows}.")
        if len(self.separator) != 1:
            raise ValueError(f"`separator` must be one character, got {self.separator!r}.")
