"""What running sessions show, and their keys: as arrays for kernels, as tables for expressions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from data.schema import TYPES, Prefixes, ValueQueries
from data.visible import NONE, Visible


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
    back
        REFUNDS of what the sessions have ordered, by query; null where nothing goes back.
    """

    visible: Visible
    sessions: Sequence[str]
    new_items: Sequence[str]
    known_items: int
    segments: Sequence[str | None]
    back: pl.DataFrame | None = None

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


def _nulls(codes: npt.NDArray[np.int64]) -> pl.Series:
    return pl.Series(codes).replace(NONE, None).cast(pl.UInt32)
