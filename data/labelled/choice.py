"""Which rows of a table are read: those with a key, in the window, and of the sample."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from data.fault import FAULT
from data.nested.values import read_keys, read_moments
from data.partitions.drawing import drawn
from data.partitions.folders import FOLDER
from data.values.clock import Clock, read_times

NO_KEY, NO_TIME, OUTSIDE, NOT_SAMPLED = "no key", "no time", "outside the window", "not sampled"
UNREADABLE, REPEATED = "unreadable line", "repeated key"


@dataclass(frozen=True)
class Choice:
    """What rows are kept.

    Parameters
    ----------
    key, time
        Columns; `time` is null where the folder alone tells it.
    layout
        How texts of times may be written besides ISO 8601.
    first, last
        The window, both ends included.
    bound
        Rows for which a number below it is drawn are kept; null for all.
    owner
        The column of whom rows belong to: what is drawn is his; null for rows that are drawn by their keys.
    """

    key: str
    time: str | None
    layout: str = FOLDER
    first: datetime | None = None
    last: datetime | None = None
    bound: int | None = None
    owner: str | None = None

    @property
    def reads(self) -> list[str]:
        """The columns that tell."""
        return list(dict.fromkeys(name for name in (self.key, self.time, self.owner) if name is not None))

    def drawn(self, rows: pl.DataFrame) -> pl.Series:
        """(n) the number that is drawn for each row: one for all rows of an owner."""
        key = read_keys(rows[self.key])
        return drawn(key if self.owner is None else read_keys(rows[self.owner]).fill_null(key))

    def __call__(self, rows: pl.DataFrame) -> tuple[pl.Series, Counter[str]]:
        """(n) whether each row is kept, and how many of the others are not, by reason."""
        key = read_keys(rows[self.key])
        reason = pl.Series("reason", [None], dtype=pl.String).new_from_index(0, rows.height)
        if FAULT in rows.columns:
            reason = _told(reason, rows[FAULT].is_not_null(), UNREADABLE)
        reason = _told(reason, key.is_null(), NO_KEY)
        if self.time is not None:
            ms = moments_of(rows[self.time], self.layout)
            reason = _told(reason, ms.is_null(), NO_TIME)
            reason = _told(reason, ~_between(ms, self.first, self.last), OUTSIDE)
        if self.bound is not None:
            reason = _told(reason, ~(self.drawn(rows) < self.bound), NOT_SAMPLED)
        return reason.is_null(), counts_of(reason)


def counts_of(reason: pl.Series) -> Counter[str]:
    """How often each reason stands, in the order of their texts."""
    return Counter(dict(sorted(reason.drop_nulls().value_counts().iter_rows())))


def moments_of(raw: pl.Series, layout: str) -> pl.Series:
    """Moments in ms since 1970, from times, numbers that count since 1970, and texts (ISO 8601, or of the layout)."""
    ms = read_moments(raw).value
    rest = ms.is_null() & raw.is_not_null()
    if raw.dtype != pl.String or not rest.any():
        return ms
    written = read_times(raw.str.strip_chars().set(~rest, None), Clock(timezone="UTC", layout=layout))
    return written.ts.dt.timestamp("ms").zip_with(rest, ms)


def _told(reason: pl.Series, where: pl.Series, why: str) -> pl.Series:
    """Reasons with one more, where there is none yet."""
    return reason.set(reason.is_null() & where.fill_null(False), why) if where.any() else reason


def _between(ms: pl.Series, first: datetime | None, last: datetime | None) -> pl.Series:
    inside = pl.Series([True]).new_from_index(0, len(ms))
    for end, early in ((first, True), (last, False)):
        if end is not None:
            bound = int((end - datetime(1970, 1, 1)).total_seconds() * 1_000)
            inside &= (ms >= bound) if early else (ms <= bound)
    return inside
