"""What everybody looks at lately: the proposal for a visitor of whom little is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

import numpy as np
import polars as pl

from candidates.algorithms.lists import lists_of
from candidates.proposals import Recaller, as_member
from candidates.source import Fitted, History, Openable, check_type_weights
from data.checks import check_at_least, check_durations
from data.fixed import as_float, fixed, type_weight
from data.top import top_k


@dataclass(frozen=True)
class Popular(Openable):
    """The items with most events in the last days of the history.

    Parameters
    ----------
    name
        The prefix of its columns.
    window
        How far back from the history's end events count.
    limit
        Items proposed at most, whatever `per_source` allows: further down they are noise.
    type_weights
        An event's weight by its type.
    """

    name: str = "popular"
    needs: ClassVar[tuple[str, ...]] = ()
    window: timedelta = timedelta(days=7)
    limit: int = 50
    type_weights: Mapping[str, float] = field(default_factory=lambda: {"clicks": 1.0, "carts": 6.0, "orders": 3.0})

    def __post_init__(self) -> None:
        check_durations(self, "window")
        check_at_least(self, 1, "limit")
        check_type_weights(self.type_weights)

    def count(self, history: History) -> pl.LazyFrame:
        """Weighted events an item in the window: item, weight (fixed-point)."""
        recent = history.events.filter(pl.col("ts") >= history.until - self.window)
        return recent.group_by("item").agg(weight=fixed(type_weight(dict(self.type_weights))).sum())

    def merge(self, partials: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
        """`top`: item, rank, score."""
        totals = partials.group_by("item").agg(pl.col("weight").sum()).filter(pl.col("weight") > 0)
        scored = totals.select(item="item", score=as_float(pl.col("weight")), all=pl.lit(0))
        return {"top": top_k(scored, self.limit, by="all").drop("all")}

    def open(self, fitted: Fitted) -> Recaller:
        """The same list for every query (see `Source.open`)."""
        top = lists_of(fitted.table("top"), None, "item")
        return as_member(self.name, lambda visible, k: top.first(np.where(np.diff(visible.starts) > 0, 0, -1), k))
