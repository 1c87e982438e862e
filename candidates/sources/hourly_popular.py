"""What everybody looks at around this hour: breakfast is bought in the morning, games at night."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import polars as pl

from candidates.algorithms.lists import lists_of
from candidates.proposals import Recaller, as_member
from candidates.source import Fitted, History, Openable
from candidates.sources.popular import Popular
from data.fixed import as_float, fixed, type_weight
from data.top import top_k
from data.visible import Visible

HOURS = 24
HOUR_MS = 3_600_000


@dataclass(frozen=True)
class HourlyPopular(Openable):
    """The items with most events of the last weeks at the hour of day (UTC) of the session's last event.

    An event counts fully in its own hour and `beside` as much in the hour before and the one after, around midnight
    too. An hour without events within an hour of it has no items to propose.

    Parameters
    ----------
    name
        The prefix of its columns.
    window
        How far back from the history's end events count; whole days, or some hours are counted more often.
    beside
        An event's weight in the neighbouring hours, from 0 to 1.
    limit
        Items an hour, and so a query, at most, whatever `per_source` allows.
    type_weights
        An event's weight by its type.
    """

    name: str = "hourly_popular"
    needs: ClassVar[tuple[str, ...]] = ()
    window: timedelta = timedelta(days=14)
    beside: float = 0.5
    limit: int = 50
    type_weights: Mapping[str, float] = field(default_factory=lambda: {"clicks": 1.0, "carts": 6.0, "orders": 3.0})

    def __post_init__(self) -> None:
        if not 0 <= self.beside <= 1:
            raise ValueError(f"`beside` must lie from 0 to 1, got {self.beside}.")
        Popular(window=self.window, limit=self.limit, type_weights=self.type_weights)  # the same rules

    def count(self, history: History) -> pl.LazyFrame:
        """Weighted events an hour of day and item in the window: hour, item, weight (fixed-point)."""
        recent = history.events.filter(pl.col("ts") >= history.until - self.window)
        weight = fixed(type_weight(dict(self.type_weights)))
        return recent.group_by("item", hour=pl.col("ts").dt.hour()).agg(weight=weight.sum())

    def merge(self, partials: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
        """`top`: hour, item, rank, score."""
        own = partials.group_by("hour", "item").agg(pl.col("weight").sum())
        spread = pl.concat([own, self._moved(own, 1), self._moved(own, HOURS - 1)])
        totals = spread.group_by("hour", "item").agg(pl.col("weight").sum()).filter(pl.col("weight") > 0)
        return {"top": top_k(totals.with_columns(score=as_float(pl.col("weight"))), self.limit, by="hour")}

    def open(self, fitted: Fitted) -> Recaller:
        """The list of the hour of the last event (see `Source.open`)."""
        top = lists_of(fitted.table("top"), "hour", "item")
        return as_member(self.name, lambda visible, k: top.first(hour_of_last(visible), k))

    def _moved(self, own: pl.LazyFrame, hours: int) -> pl.LazyFrame:
        """What the hours count so many hours later."""
        hour = (pl.col("hour") + hours) % HOURS
        return own.with_columns(hour=hour, weight=(pl.col("weight") * self.beside).round().cast(pl.Int64))


def hour_of_last(visible: Visible) -> npt.NDArray[np.int64]:
    """The hour of day (UTC) of each query's last event; -1 for a query without events."""
    ends = visible.starts[1:]
    hours = np.full(len(ends), -1, np.int64)
    asked = ends > visible.starts[:-1]
    hours[asked] = visible.ts_ms[ends[asked] - 1] // HOUR_MS % HOURS
    return hours
