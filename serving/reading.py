"""Events in the log's own columns and the shop's own keys, as what sessions show: checked as a log is, and coded."""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from data.errors import AisleError
from data.folds import MOST_VISIBLE
from data.given import Table, as_frame
from data.moment_order import drawn_places, text_hash
from data.readers import BY_NAME
from data.readers.reader import SessionRule
from data.repeats import repeated_rows
from data.sessions import assign_sessions
from data.shapes.marks import EVENT_ID, ORDER
from data.shortened import sample
from data.tables import item_codes
from data.validate import validate
from data.values.clock import Clock
from data.values.null_tokens import tokens_of
from data.values.repeated_hours import in_file_order
from data.visible import NONE, Visible
from serving.back import coded_refunds, matched_orders, set_apart
from serving.contents import LogReading
from serving.keys import KeyTable
from serving.layout import is_plain, laid_out
from serving.quick import FEW, NotClean, keys_of, numbers_of, times_of, types_of
from serving.rows import Rows, first_of_each, rows_of
from serving.shown import Shown

KEYS = ("item", "user", "category")
Ints = npt.NDArray[np.int64]
HERE = Path("events")
"""What messages call the events that were given."""


@dataclass(frozen=True)
class EventReader:
    """Reads events as the log was read, opened once.

    Parameters
    ----------
    log
        The log's layout and rules.
    keys
        The log's dictionaries of items, users and categories.
    known_items
        Codes of the items whose events count; null for all.
    """

    log: LogReading
    keys: dict[str, KeyTable]
    known_items: npt.NDArray[np.int64] | None = None

    @classmethod
    def open(cls, log: LogReading) -> "EventReader":
        """Read the dictionaries."""
        known = None if log.known_items is None else item_codes(log.known_items)
        return cls(log, {name: KeyTable.open(log.keys / f"{name}.parquet") for name in KEYS}, known)

    def __call__(self, events: Table) -> Shown:
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
            If there is no event, a column is missing, or a row cannot be an event. (A session whose items the history
            lacks, where their events are left out, is one that shows nothing.)
        """
        try:
            rows, gone = self._rows(self._named(as_frame(events, "events")))
        except (pl.exceptions.PolarsError, TypeError) as error:
            said = " ".join(str(error).split())
            raise AisleError(f"`events` cannot be read: {said}; give keys and names as numbers or texts.") from None
        rows = _drawn(rows) if self.log.drawn_moments else rows
        if not len(rows.item):
            raise AisleError("`events` holds no event of a kind that Aisle knows; give one row or more a session.")
        firsts = np.flatnonzero(np.diff(rows.number, prepend=-1))
        sessions = rows.session.gather(firsts).cast(pl.String).to_list()
        segments = [None] * len(firsts) if rows.segment is None else rows.segment.gather(firsts).to_list()
        user = self._users(rows, firsts)
        asked = rows.number[firsts]
        rows = _latest(rows if self.known_items is None else self._of_known_items(rows))
        starts = np.append(np.searchsorted(rows.number, asked), len(rows.item)).astype(np.int64)
        shows = np.diff(starts) > 0
        user[shows] = self._users(rows, starts[:-1][shows])
        items, new = self._items(rows.item)
        visible = Visible(
            query=np.arange(len(firsts), dtype=np.uint32),
            user=user,
            start_ms=self._moments(rows, starts[:-1], shows),
            cut_ms=self._moments(rows, starts[1:] - 1, shows, self._asked_from),
            starts=starts,
            item=items,
            ts_ms=rows.ts_ms,
            type=rows.type,
            price=rows.price,
            quantity=rows.quantity,
            category=self._codes("category", rows.category, len(items)),
        )
        back = None if gone is None else coded_refunds(gone, rows, asked, items)
        return Shown(visible, sessions, new, self.keys["item"].size, segments, back)

    def happened(self, events: Table) -> pl.DataFrame:
        """All events, in the shop's keys: session, item (texts), ts (UTC), type; by session and time.

        Parameters
        ----------
        events
            As above. Where a pause ends a session, its key is that of the batch if its first event is among these.

        Raises
        ------
        AisleError
            Likewise.
        """
        try:
            typed, _ = set_apart(self._typed(self._named(as_frame(events, "events"))))
            known = self._known(typed).sort("session", "ts", "row")
            return known.select(pl.col("session", "item").cast(pl.String), "ts", "type").collect()
        except (pl.exceptions.PolarsError, TypeError) as error:
            said = " ".join(str(error).split())
            raise AisleError(f"`events` cannot be read: {said}; give keys and names as numbers or texts.") from None

    @property
    def _asked_from(self) -> int:
        """In ms since 1970: nobody is asked as of a moment before."""
        since = self.log.asked_from
        return 0 if since is None else round(since.timestamp() * 1_000)

    @staticmethod
    def _moments(rows: Rows, places: Ints, shows: npt.NDArray[np.bool_], least: int = 0) -> Ints:
        """The times of a row a session, none before the least; of a session that shows nothing the least itself."""
        moments = np.full(len(places), least, np.int64)
        moments[shows] = np.maximum(rows.ts_ms[places[shows]], least)
        return moments

    def _rows(self, raw: pl.DataFrame) -> tuple[Rows, pl.DataFrame | None]:
        """The events, and what has gone back of their orders, by keys; null where nothing has."""
        try:
            return self._plain_rows(raw), None
        except NotClean:
            typed, refunds = set_apart(self._typed(raw))
            known = self._known(typed)
            gone = None if refunds is None else matched_orders(refunds, known.collect(), self._by)
            return rows_of(self._sorted(known)), gone

    def _named(self, events: pl.DataFrame) -> pl.DataFrame:
        """Under Aisle's names, as a reader gives them."""
        given, layout = events, self.log.format
        columns = {ours: theirs for ours, theirs in asdict(layout.columns).items() if theirs is not None}
        if layout.reader == "generic" and not is_plain(layout):
            events = laid_out(events, layout, HERE)
        elif layout.reader == "generic" and set(columns.values()) & set(events.columns):
            named = {ours: theirs if theirs in events.columns else ours for ours, theirs in columns.items()}
            found = [(ours, name) for ours, name in named.items() if name in events.columns]
            events = events.select(pl.col(name).alias(ours) for ours, name in found)
        owner = "session" if self._by == "column" else "user"
        lacking = [name for name in (owner, "item", "ts") if name not in events.columns]
        if lacking:
            raise AisleError(
                f"`events` lacks {lacking}; it has {given.columns}: give the log's columns, or session, user, item, "
                "ts, type."
            )
        return events if "type" in events.columns else events.with_columns(type=pl.lit("clicks"))

    @property
    def _by(self) -> SessionRule:
        return self.log.sessions.by or BY_NAME[self.log.format.reader].sessions

    def _plain_rows(self, raw: pl.DataFrame) -> Rows:
        """A few clean rows, without expressions; raises `NotClean` where there is anything to tidy or to refuse."""
        if raw.height > FEW or self._by != "column" or "segment" in raw.columns or "dropped" in raw.columns:
            raise NotClean
        if any(name == EVENT_ID or name.startswith("__") for name in raw.columns):  # what `laid_out` adds
            raise NotClean
        given, told = self.log.format, BY_NAME[self.log.format.reader]
        types, stays = types_of(raw["type"], {**told.events, **given.named_events})
        if not stays.all():
            raw, types = raw.filter(pl.Series(stays)), types[stays]
        columns = {name: raw[name] for name in raw.columns}
        none = tokens_of(given.null_tokens)
        owned = {name: self.keys[name].fit(keys_of(columns[name], none)) for name in KEYS if name in columns}
        session = keys_of(columns["session"], none)
        if session.null_count() or owned["item"].null_count():
            raise NotClean
        ts_ms = times_of(columns["ts"], Clock.of(given, told.unit, told.timezone))
        places: dict[object, int] = {}
        number = np.array([places.setdefault(key, len(places)) for key in session.to_list()], np.int64)
        rows = Rows(
            number=number,
            session=session,
            item=owned["item"],
            ts_ms=ts_ms,
            type=types,
            price=numbers_of(columns.get("price"), raw.height, zero=True),
            quantity=numbers_of(columns.get("quantity"), raw.height, zero=False),
            user=owned.get("user"),
            category=owned.get("category"),
            segment=None,
        )
        ordered = rows.at(np.lexsort((ts_ms, number)))
        return ordered.at(first_of_each(ordered)) if self.log.drop_duplicates else ordered

    def _typed(self, raw: pl.DataFrame) -> pl.DataFrame:
        """The checked rows."""
        raw = raw.with_columns(self.keys[name].fit(raw[name]) for name in KEYS if name in raw.columns)
        reader = BY_NAME[self.log.format.reader]
        good, bad, tally = validate(raw, HERE, 1, reader, self.log.format, self._by)
        if bad.height:
            row, reason = bad.row(0, named=True)["row"], bad.row(0, named=True)["reason"]
            shown = tally.samples.get(reason)
            value = f" {sample(shown.value)!r}" if shown and shown.value is not None else ""
            mend = f": {shown.mend}" if shown and shown.mend else ""
            raise AisleError(
                f"`events`: row {row}: {reason}{value}{mend}; {bad.height:,} of {raw.height:,} rows cannot be events."
            )
        return good

    def _known(self, typed: pl.DataFrame) -> pl.LazyFrame:
        """The rows that count, with their sessions."""
        by = self._by
        if EVENT_ID in typed.columns:
            typed = typed.filter(~pl.col("row").is_in(repeated_rows(typed.lazy(), 1).implode()))
        passes = in_file_order(typed.lazy(), "session" if by == "column" else "user")
        known = assign_sessions(passes, by, self.log.sessions.gap)
        if self.log.drop_duplicates:
            known = known.sort("ts", "row").unique(["session", "item", "ts", "type"], keep="first", maintain_order=True)
        return known

    def _sorted(self, known: pl.LazyFrame) -> pl.DataFrame:
        """Rows by session, in the order of their first rows, then by time; a visitor's latest session alone."""
        own = [name for name in known.collect_schema() if name.startswith(ORDER)]
        if self._by == "gap":
            latest = pl.col("session") == pl.col("session").sort_by("ts", "row").last().over("user")
            known = known.filter(latest)
        number = pl.col("row").min().over("session")
        return known.with_columns(number=number).sort("number", "ts", *own, "row").collect()

    def _of_known_items(self, rows: Rows) -> Rows:
        """Without the events of items that the history lacks (`folds.known_items_only`)."""
        known = self.known_items
        codes = self._codes("item", rows.item, len(rows.item))
        assert known is not None  # as the caller has seen
        return rows.at(np.flatnonzero((codes != NONE) & np.isin(codes, known)))

    def _items(self, keys: pl.Series) -> tuple[npt.NDArray[np.int64], list[str]]:
        codes = self._codes("item", keys, len(keys))
        unknown = np.flatnonzero(codes == NONE)
        if not len(unknown):
            return codes, []
        strange = keys.gather(unknown)
        new = strange.unique().sort()
        codes[unknown] = self.keys["item"].size + new.search_sorted(strange).to_numpy()
        return codes, new.cast(pl.String).to_list()

    def _users(self, rows: Rows, places: Ints) -> Ints:
        return self._codes("user", None if rows.user is None else rows.user.gather(places), len(places))

    def _codes(self, name: str, asked: pl.Series | None, rows: int) -> npt.NDArray[np.int64]:
        """Codes of so many keys; -1 for those that are unknown, and where the events name none."""
        table = self.keys[name]
        if asked is None or asked.dtype != table.keys.dtype:
            return np.full(rows, NONE, np.int64)
        return table.find(asked)


def _latest(rows: Rows) -> Rows:
    """Of each session so many of the latest events as a question shows."""
    if len(rows.number) <= MOST_VISIBLE:
        return rows
    left = np.searchsorted(rows.number, rows.number, side="right") - np.arange(len(rows.number))
    return rows.at(np.flatnonzero(left <= MOST_VISIBLE))


def _drawn(rows: Rows) -> Rows:
    """With events of one moment in the order that the log's tables give them."""
    hashes = text_hash(rows.session), text_hash(rows.item)
    return rows.at(drawn_places(pl.Series(rows.number), pl.Series(rows.ts_ms), pl.Series(rows.type), hashes))
