"""What rises: items that many look at now and few did before, which a week's popularity shows a week late."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

import polars as pl

from candidates.proposals import Recaller
from candidates.source import Fitted, History, Openable
from candidates.sources.popular import Popular
from data.checks import check_durations
from data.fixed import as_float, fixed, type_weight


@dataclass(frozen=True)
class Trending(Openable):
    """The items whose share in the last day's events rose most above their share in the week before.

    With r an item's weighted events in the last day, and e those that it would have had there with its share of the
    days before, its score is r x ln((r + smoothing) / (e + smoothing)) where r > e; other items are not proposed.
    Shares and not events a day, so that neither a busy day nor a history that is shorter than `before` makes
    everything rise. Where there is nothing before, e is 0 and the order is that of r.

    Parameters
    ----------
    name
        The prefix of its columns.
    recent
        How far back from the history's end the last day reaches.
    before
        How far back from there the days reach that it is compared with.
    smoothing
        Weighted events added to both, so that a few are no rise.
    limit
        Items proposed at most, whatever `per_source` allows.
    type_weights
        An event's weight by its type.

    Notes
    -----
    Without smoothing, the item's term in the divergence of the last day from the days before: Kullback, Leibler 1951,
    "On information and sufficiency".
    """

    name: str = "trending"
    needs: ClassVar[tuple[str, ...]] = ()
    recent: timedelta = timedelta(days=1)
    before: timedelta = timedelta(days=7)
    smoothing: float = 5.0
    limit: int = 50
    type_weights: Mapping[str, float] = field(default_factory=lambda: {"clicks": 1.0, "carts": 6.0, "orders": 3.0})

    def __post_init__(self) -> None:
        check_durations(self, "recent", "before")
        if not 0 < self.smoothing < float("inf"):
            raise ValueError(f"`smoothing` must be a finite number above 0, got {self.smoothing}.")
        _ = self._list  # checks the rest

    def count(self, history: History) -> pl.LazyFrame:
        """Weighted events an item in both stretches: item, recent, before (fixed-point)."""
        since = history.until - self.recent
        weight = fixed(type_weight(dict(self.type_weights)))
        is_recent = pl.col("ts") >= since
        both = history.events.filter(pl.col("ts") >= since - self.before)
        return both.group_by("item").agg(recent=weight.filter(is_recent).sum(), before=weight.filter(~is_recent).sum())

    def merge(self, partials: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
        """`top`: item, rank, score."""
        recent, before = as_float(pl.col("recent")), as_float(pl.col("before"))
        expected = (before * recent.sum() / before.sum()).fill_nan(0.0)  # 0 / 0 where there is nothing before
        rise = (recent + self.smoothing) / (pl.col("expected") + self.smoothing)
        rising = (
            partials.group_by("item")
            .agg(pl.col("recent", "before").sum())
            .with_columns(expected=expected)
            .filter(recent > pl.col("expected"))
            .select("item", weight=fixed(recent * rise.log()))
        )
        return self._list.merge(rising)

    def open(self, fitted: Fitted) -> Recaller:
        """The same list for every query (see `Source.open`)."""
        return self._list.open(fitted)

    @property
    def _list(self) -> Popular:
        """How weighted items become the list that all get."""
        return Popular(name=self.name, limit=self.limit, type_weights=self.type_weights)
