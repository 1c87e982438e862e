"""The order and the repeats of a shard's events, and what is counted of a log while its shards are written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from data.sessions import out_of_order

SAME = ("session", "item", "ts", "type")


def in_order(rows: pl.DataFrame, order: Sequence[str]) -> pl.DataFrame:
    """Rows sorted by some columns, `session`, `ts` and at last `row` among them; as they are if they stand so."""
    return rows if _stands(rows, order) else rows.sort(order)


def first_of_each(rows: pl.DataFrame) -> pl.Series:
    """Which rows are the first of those that equal them in session, item, time and type.

    Parameters
    ----------
    rows
        By session and time, so that only rows beside each other can be equal.
    """
    session, ts = rows["session"].to_numpy(), rows["ts"].to_physical().to_numpy()
    along = (session[1:] == session[:-1]) & (ts[1:] == ts[:-1])
    crowded = np.append(along, False) | np.append(False, along) if len(along) else np.zeros(rows.height, np.bool_)
    once = np.ones(rows.height, np.bool_)
    places = np.flatnonzero(crowded)
    if len(places):
        once[places] = rows.select(SAME)[places].select(pl.struct(SAME).is_first_distinct()).to_series().to_numpy()
    return pl.Series(once)


class Counts:
    """What a log's summary counts, shard by shard.

    Parameters
    ----------
    codes
        The keys' codes, by key.
    """

    def __init__(self, codes: Mapping[str, pl.DataFrame]) -> None:
        self.seen = {name: np.zeros(codes[name].height, np.bool_) for name in ("session", "item", "user")}
        self.events = self.duplicates = self.late = 0
        self.span: list[datetime] = []

    def add(self, rows: pl.DataFrame, once: pl.Series) -> None:
        """Take a shard's rows in their order, and which of them are no repeats."""
        self.duplicates += rows.height - int(once.sum())
        self.late += 0 if _stands(rows, ["session", "row"]) else out_of_order(rows.lazy()).collect().item()

    def keep(self, events: pl.DataFrame) -> None:
        """Take the events that are written."""
        self.events += events.height
        for name, seen in self.seen.items():
            seen[events[name].drop_nulls().to_numpy()] = True
        self.span += [] if events.is_empty() else [events["ts"].min(), events["ts"].max()]  # type: ignore[list-item]

    def told(self) -> dict[str, Any]:
        """The summary's part."""
        numbers = {f"{name}s": int(self.seen[name].sum()) for name in ("session", "item", "user")}
        ends = pl.DataFrame({"ts": [min(self.span, default=None), max(self.span, default=None)]})
        first, last = ends["ts"].cast(pl.Datetime("ms", "UTC")).dt.strftime("%Y-%m-%d %H:%M:%S%.3f")
        told = {"events": self.events, **numbers, "first": first, "last": last}
        return told | {"duplicates": self.duplicates, "out_of_order": self.late}


def _stands(rows: pl.DataFrame, order: Sequence[str]) -> bool:
    """Whether rows are sorted by columns, of whole numbers and times; of others it is not looked at."""
    if not all(rows.schema[name].is_integer() or rows.schema[name].is_temporal() for name in order):
        return False
    falls = np.zeros(max(rows.height - 1, 0), np.bool_)
    for name in reversed(order):
        if rows[name].null_count():
            return False
        values = rows[name].to_physical().to_numpy()
        falls = (values[1:] < values[:-1]) | ((values[1:] == values[:-1]) & falls)
    return not falls.any()
