"""How a raw log is laid out: the columns, event names and clock that a reader works by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from data.checks import check_at_least, check_at_most, check_durations
from data.schema import TYPES
from data.shapes.column_names import check_header
from data.shapes.conflicts import conflict_of
from data.values.event_names import REFUND, as_texts

IGNORE = "ignore"
"""The word that maps an event name to nothing: its rows are dropped by rule and counted."""

Unit = Literal["ns", "us", "ms", "s", "min", "h", "d"]
NULL_TOKENS = r"null,none,nan,undefined,\N,n/a,na,(not set)"
"""What trackers and databases write where they know nothing; case does not count."""


@dataclass(frozen=True)
class Columns:
    """Which of the log's columns holds what; null where the log has none.

    A name may be a path into nested rows: `device.category` is a field, `items[].item_id` makes a row of each entry,
    `event_params.ga_session_id` looks a key up in a list of keys and values. Paths lead into joined tables too.

    Parameters
    ----------
    item
        The item's key; must exist. Null where the log tells of money alone: all rows are then of one item.
    ts
        The event's time; null where the log has none, and `order` tells what comes after what.
    session
        The session's key; it or `user` must exist. Several columns with commas between make one key, where a
        session's number means something within its user only.
    user
        The visitor's key; likewise.
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
    order
        Numbers that order events: of one moment, or all of a log that has no time (then `ts` is null, and an event
        happens its first column's number of `clock_step`s after `clock_start`). Several columns with commas between.
    event_id
        The number of an order or an event: rows that repeat an earlier one's number, item and type are dropped and
        counted, and those of its own moment if quantity and price are the same too. May be several columns.
    """

    item: str | None = "item"
    ts: str | None = "ts"
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
    order: str | None = None
    event_id: str | None = None


@dataclass(frozen=True)
class Join:
    """A table that tells more of a log's rows, such as an order's customer or an item's category.

    Parameters
    ----------
    file
        The table; a relative path begins at the log's folder.
    key
        The column that both have; `theirs=ours` where the table calls it otherwise. Several with commas between.
    take
        Columns of the table that are taken, with commas between; null: all that the log does not have. A name that
        the log or another table has too is written with the table's own before it, as in `products.price`.
    separator
        Of the table, if it is CSV; null: the log's, but a tab in a `.tsv`.
    header
        The columns of a CSV without a header line, with commas between.
    """

    file: str
    key: str
    take: str | None = None
    separator: str | None = None
    header: str | None = None

    def __post_init__(self) -> None:
        check_header(self.header)


@dataclass(frozen=True)
class Flag:
    """What a yes in a column of yes and no means; its type alone may be written for it.

    Parameters
    ----------
    type
        `clicks`, `carts`, `orders` or `refund`.
    ts
        The column that says when it happened, where that is not the row's time; a yes without one is set aside.
    event_id
        The column of its number, where several rows tell of it: it counts once (see `Columns.event_id`).
    """

    SHORT: ClassVar[str] = "type"

    type: str
    ts: str | None = None
    event_id: str | None = None


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
        The log's own event names, each mapped to `clicks`, `carts`, `orders`, `refund` (of an order) or `ignore`. Added
        to what a named format knows.
    every_row
        What every row is, in a log without a column of event names: `clicks` by default, `orders` of receipts.
    flags
        Columns that say yes or no, each mapped to the type that its yes means, or to `refund` (of an order), or to
        `{type, ts, event_id}`; a row with two of them is two events, one with none is dropped and counted.
    negative
        What a negative quantity or price is: `bad` (set aside), or `refund` where it is an order's. With reader
        `online_retail`, whose cancelled invoices are left out by rule, `refund` reads their lines as such.
    joins
        Tables that tell more of a row, by any name; columns of theirs may be named like the log's own.
    timezone
        The zone of time stamps that carry none, such as `Europe/Berlin`.
    unit
        The unit of numeric time stamps: `ns`, `us`, `ms`, `s`, `min`, `h` or `d` since `epoch`.
    epoch
        When numeric time stamps begin (UTC), where that is not 1970.
    time_format
        How texts of times are written, as strftime says it (`%d.%m.%Y %H:%M:%S`); null: ISO 8601, RFC 2822 or numbers.
    decimal
        `.` or `,`: the decimal sign of prices and quantities; the other one may group thousands.
    currency
        `refuse` or `strip`: what becomes of signs and letters around a price, such as `€ 12.50`.
    null_tokens
        Words that mean there is none where a key or a number is expected, with commas between; upper and lower case are
        one. A row that needs the key is left out and counted. Empty: none.
    separator
        Between the fields of a CSV file: one character or several, or `tab`; null: a tab in a `.tsv`, else a comma.
    quote
        What encloses a CSV field: `"`, `'`, or `none` where quotes mean nothing.
    header
        The columns of a CSV without a header line, with commas between.
    encoding
        Of text files.
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
    every_row: Literal["clicks", "carts", "orders"] | None = None
    flags: Mapping[str, Flag] = field(default_factory=dict)
    negative: Literal["bad", "refund"] = "bad"
    joins: Mapping[str, Join] = field(default_factory=dict)
    timezone: str | None = None
    unit: Unit | None = None
    epoch: datetime = datetime(1970, 1, 1)
    time_format: str | None = None
    decimal: Literal[".", ","] = "."
    currency: Literal["refuse", "strip"] = "refuse"
    null_tokens: str = NULL_TOKENS
    separator: str | None = None
    quote: str = '"'
    header: str | None = None
    encoding: str = "utf-8"
    batch_rows: int = 1_000_000
    clock_start: datetime = datetime(2000, 1, 1)
    clock_step: timedelta = timedelta(seconds=1)

    @property
    def named_events(self) -> dict[str, str]:
        """What the log calls its events: `events`, and what a row is called whose flag says that money goes back."""
        refunds = any(flag.type == REFUND for flag in self.flags.values())
        return {**self.events, **({REFUND: REFUND} if refunds else {})}

    def __post_init__(self) -> None:
        object.__setattr__(self, "events", as_texts(self.events))
        flags = {name: given if isinstance(given, Flag) else Flag(given) for name, given in self.flags.items()}
        object.__setattr__(self, "flags", flags)
        wrong = sorted({v for v in self.events.values() if v not in (*TYPES, REFUND, IGNORE)})
        if wrong:
            raise ValueError(f"`events` maps to {wrong}; use one of {[*TYPES, REFUND, IGNORE]}.")
        check_at_least(self, 1, "batch_rows")
        check_at_most(self, 100_000_000, "batch_rows")
        check_durations(self, "clock_step")
        if (conflict := conflict_of(self)) is not None:
            raise ValueError(conflict)
        check_header(self.header)
        if self.separator == "":
            raise ValueError("`separator` is empty; name the sign between the fields, or `tab`.")

    @property
    def numbered(self) -> bool:
        """Whether events have numbers by which repeats are known."""
        return self.columns.event_id is not None or any(flag.event_id is not None for flag in self.flags.values())

    @property
    def own_times(self) -> bool:
        """Whether a flag says itself when it was set."""
        return any(flag.ts is not None for flag in self.flags.values())
