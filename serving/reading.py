"""Events in the log's own columns and the shop's own keys, as what sessions show: checked as a log is, and coded."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from data.errors import AisleError
from data.folds import MOST_VISIBLE
from data.readers import BY_NAME
from data.schema import TYPES, Prefixes, ValueQueries
from data.sessions import assign_sessions
from data.validate import validate
from data.visible import NONE, Visible
from serving.contents import LogReading
from serving.keys import KeyTable

KEYS = ("item", "user", "category")
HERE = Path("events")
"""What messages call the events that were given."""
QUERY = {"query": pl.UInt32, "session": pl.UInt32, "session_key": pl.String, "user": pl.UInt32, "segment": pl.String}


@dataclass(frozen=True)
class Shown:
    """What was given, as it is asked about: a query a session, in the order of their first events.

    Parameters
    ----------
    visible
        What the sessions show.
    sessions
        Their keys.
    new_items
        Keys of items that the log lacks: the first has the code `known_items`, the next the one after it.
    known_items
        How many items the log has.
    segments
        What kind of visitor each session has; null where the events do not say.
    """

    visible: Visible
    sessions: Sequence[str]
    new_items: Sequence[str]
    known_items: int
    segments: Sequence[str | None]

    @property
    def events(self) -> npt.NDArray[np.int64]:
        """How many events each session shows."""
        return np.diff(self.visible.starts)

    def prefixes(self) -> pl.DataFrame:
        """PREFIXES."""
        seen, counts = self.visible, self.events
        columns = {
            "query": pl.Series(np.repeat(seen.query, counts), dtype=pl.UInt32),
            "position": pl.Series(np.arange(len(seen.item)) - np.repeat(seen.starts[:-1], counts), dtype=pl.UInt32),
            "item": pl.Series(seen.item, dtype=pl.UInt32),
            "ts": pl.Series(seen.ts_ms).cast(pl.Datetime("ms")).dt.replace_time_zone("UTC"),
            "type": pl.Series([TYPES[code] for code in seen.type], dtype=pl.Enum(TYPES)),
            "user": _nulls(np.repeat(seen.user, counts)),
            "price": pl.Series(seen.price).fill_nan(None),
            "quantity": pl.Series(seen.quantity).fill_nan(None),
            "category": _nulls(seen.category),
        }
        return pl.DataFrame(columns).select(Prefixes.column_names())

    def queries(self) -> pl.DataFrame:
        """QUERIES with `segment`; sessions are numbered as queries are."""
        seen = self.visible
        moments = {"start_ts": seen.start_ms, "cut_ts": seen.cut_ms}
        columns = {
            "query": pl.Series(seen.query),
            "session": pl.Series(seen.query),
            "session_key": pl.Series(self.sessions, dtype=pl.String),
            "user": _nulls(seen.user),
            "events": pl.Series(self.events, dtype=pl.UInt16),
            "part": pl.Series([None] * len(seen.query), dtype=ValueQueries.create_empty().schema["part"]),
            "segment": pl.Series(self.segments, dtype=pl.String),
        }
        columns |= {n: pl.Series(m).cast(pl.Datetime("ms")).dt.replace_time_zone("UTC") for n, m in moments.items()}
        return pl.DataFrame(columns).select(ValueQueries.column_names())


@dataclass(frozen=True)
class EventReader:
    """Reads events as the log was read, opened once.

    Parameters
    ----------
    how
        The log's layout and rules.
    keys
        The log's dictionaries of items, users and categories.
    """

    how: LogReading
    keys: dict[str, KeyTable]

    @classmethod
    def open(cls, how: LogReading) -> "EventReader":
        """Read the dictionaries."""
        return cls(how, {name: KeyTable.open(how.keys / f"{name}.parquet") for name in KEYS})

    def __call__(self, events: pl.DataFrame) -> Shown:
        """What the sessions of some events show.

        Parameters
        ----------
        events
            The log's own columns (`input.format.columns`), or Aisle's: session, user, item, ts, type, price, quantity,
            category, segment. In any order; equal times keep the frame's. Where a pause ends a session, or a session
            is all of a user, the events are those of visitors, and each one's latest session is asked about.

        Raises
        ------
        AisleError
            If there is no event, a column is missing, or a row cannot be an event.
        """
        typed = self._sorted(self._typed(self._named(events)))
        if typed.is_empty():
            raise AisleError("`events` holds no event of a kind that Aisle knows; give one row or more a session.")
        firsts = np.flatnonzero(np.r_[True, typed["number"].to_numpy()[1:] != typed["number"].to_numpy()[:-1]])
        items, new = self._items(typed["item"])
        length = np.diff(np.r_[firsts, typed.height])
        last = firsts + length - 1
        ms = typed["ts"].to_physical().to_numpy()
        visible = Visible(
            query=np.arange(len(firsts), dtype=np.uint32),
            user=self._codes("user", typed["user"])[firsts],
            start_ms=ms[firsts],
            cut_ms=ms[last],
            starts=np.r_[firsts, typed.height].astype(np.int64),
            item=items,
            ts_ms=ms,
            type=typed["type"].to_physical().to_numpy().astype(np.uint8),
            price=_floats(typed["price"]),
            quantity=_floats(typed["quantity"]),
            category=self._codes("category", typed["category"]),
        )
        named = typed.select(pl.col("session").cast(pl.String), "segment")[firsts.tolist()]
        return Shown(visible, named["session"].to_list(), new, self.keys["item"].size, named["segment"].to_list())

    def _named(self, events: pl.DataFrame) -> pl.DataFrame:
        """Under Aisle's names, as a reader gives them."""
        columns = {ours: theirs for ours, theirs in asdict(self.how.format.columns).items() if theirs is not None}
        if self.how.format.reader == "generic" and set(columns.values()) & set(events.columns):
            given = [(ours, theirs) for ours, theirs in columns.items() if theirs in events.columns]
            events = events.select(pl.col(theirs).alias(ours) for ours, theirs in given)
        owner = "session" if self._by == "column" else "user"
        lacking = [name for name in (owner, "item", "ts") if name not in events.columns]
        if lacking:
            raise AisleError(
                f"`events` lacks {lacking}; it has {events.columns}: give the log's columns, or session, user, item, "
                "ts, type."
            )
        return events if "type" in events.columns else events.with_columns(type=pl.lit("clicks"))

    @property
    def _by(self) -> str:
        return self.how.sessions.by or BY_NAME[self.how.format.reader].sessions

    def _typed(self, raw: pl.DataFrame) -> pl.DataFrame:
        """The checked rows."""
        raw = raw.with_columns(self.keys[name].fit(raw[name]) for name in KEYS if name in raw.columns)
        reader = BY_NAME[self.how.format.reader]
        good, bad, _ = validate(raw, HERE, 1, reader, self.how.format, self._by)  # type: ignore[arg-type]
        if bad.height:
            row, reason = bad.row(0, named=True)["row"], bad.row(0, named=True)["reason"]
            raise AisleError(f"`events`: row {row}: {reason}; {bad.height:,} of {raw.height:,} rows cannot be events.")
        return good

    def _sorted(self, typed: pl.DataFrame) -> pl.DataFrame:
        """Rows by session, in the order of their first rows, then by time; a visitor's latest session alone."""
        by = self._by
        known = assign_sessions(typed.lazy(), by, self.how.sessions.gap)  # type: ignore[arg-type]
        if by == "gap":
            latest = pl.col("session") == pl.col("session").sort_by("ts", "row").last().over("user")
            known = known.filter(latest)
        if self.how.drop_duplicates:
            known = known.sort("ts", "row").unique(["session", "item", "ts", "type"], keep="first", maintain_order=True)
        number = pl.col("row").min().over("session")
        order = known.with_columns(number=number).sort("number", "ts", "row")
        return order.filter(pl.int_range(pl.len()).over("session") < MOST_VISIBLE).collect()

    def _items(self, keys: pl.Series) -> tuple[npt.NDArray[np.int64], list[str]]:
        codes = self._codes("item", keys)
        unknown = np.flatnonzero(codes == NONE)
        if not len(unknown):
            return codes, []
        strange = keys.gather(unknown)
        new = strange.unique().sort()
        codes[unknown] = self.keys["item"].size + new.search_sorted(strange).to_numpy()
        return codes, new.cast(pl.String).to_list()

    def _codes(self, name: str, keys: pl.Series) -> npt.NDArray[np.int64]:
        table = self.keys[name]
        return table.find(keys) if keys.dtype == table.keys.dtype else np.full(len(keys), NONE, np.int64)


def _floats(values: pl.Series) -> npt.NDArray[np.float64]:
    return values.cast(pl.Float64).fill_null(float("nan")).to_numpy(writable=True)


def _nulls(codes: npt.NDArray[np.int64]) -> pl.Series:
    return pl.Series(codes).replace(NONE, None).cast(pl.UInt32)
