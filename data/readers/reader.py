"""What a reader is: a format's name, how its file becomes raw batches, and what the format itself fixes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import polars as pl

from data.formats import LogFormat, Unit
from data.shapes.joined import Joined

RAW_COLUMNS = (
    "session",
    "user",
    "item",
    "ts",
    "type",
    "price",
    "quantity",
    "category",
    "brand",
    "text",
    "session_value",
    "segment",
)
"""The columns that a raw batch may have; absent ones are taken as null.

Keys are integers or strings as the file has them. `ts` is a number of `unit`s, a text (ISO or
`YYYY-mm-dd HH:MM:SS`, with or without zone) or a Datetime. `type` holds the log's own event names. A batch
may also have `dropped`: null, or the name of the documented rule by which the reader leaves the row out.
"""

SessionRule = Literal["column", "gap", "user"]


@dataclass(frozen=True)
class Reader:
    """A format that Aisle reads.

    Parameters
    ----------
    name
        The name in the configuration (`input.format.reader`).
    read
        (path, format) -> raw batches of one file, in file order, every row of the file in exactly one batch.
    events
        The format's event names, mapped to types or `ignore`; the configuration's `events` are added.
    unit
        The unit of numeric time stamps, unless the configuration gives one.
    timezone
        The zone of time stamps without one, unless the configuration gives one; null where the format does
        not fix it.
    integer_keys
        Columns whose keys are integers, though a CSV holds them as text.
    sessions
        What a session is in this format, unless the configuration says otherwise.
    labels
        (path, format) -> frame(session, type, item) of the shop's keys: what came after the cut. Null where
        labels come in the generic form.
    labels_in_test
        Whether the test file itself holds the labels.
    strict_events
        Whether an unknown event name stops the run (and does not go to quarantine).
    read_joined
        The same as `read` with the tables that the configuration joins, each opened once; null where a format joins
        none.
    synthetic_clock
        Whether the format has no clock, so that times are made up and only their order means anything.
    """

    name: str
    read: Callable[[Path, LogFormat], Iterator[pl.DataFrame]]
    events: Mapping[str, str] = field(default_factory=dict)
    unit: Unit | None = None
    timezone: str | None = None
    integer_keys: frozenset[str] = frozenset()
    sessions: SessionRule = "column"
    labels: Callable[[Path, LogFormat], pl.DataFrame] | None = None
    labels_in_test: bool = False
    strict_events: bool = False
    read_joined: Callable[[Path, LogFormat, Sequence[Joined]], Iterator[pl.DataFrame]] | None = None
    synthetic_clock: bool = False
