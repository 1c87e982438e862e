"""What is popular in the categories that the session is in: for items that too few saw to have neighbours."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import polars as pl

from candidates.algorithms.group_popularity import GroupPopularity, groups_of
from candidates.proposals import Recaller, as_member
from candidates.source import Fitted, History, Openable
from data.visible import Visible


@dataclass(frozen=True)
class CategoryPopular(Openable):
    """The popular items of the session's items' categories, and nothing where the log has none.

    An item's category is the one in ITEMS; where that is null, the one that most of its events name, ties to the
    smaller code. An item of the session that the history lacks has the category that its event names.

    Parameters
    ----------
    name
        The prefix of its columns.
    popularity
        How items are counted and how the session chooses categories.
    """

    name: str = "category_popular"
    needs: ClassVar[tuple[str, ...]] = ()
    popularity: GroupPopularity = field(default_factory=GroupPopularity)

    def count(self, history: History) -> pl.LazyFrame:
        """One shard's events and weights (fixed-point) an item and category: item, group, events, weight."""
        known = history.items.select("item", known="category")
        return (
            history.events.join(known, on="item", how="left", validate="m:1")
            .group_by("item", group=pl.coalesce("known", "category"))
            .agg(events=pl.len().cast(pl.Int64), weight=self.popularity.weight(history.until).sum())
        )

    def merge(self, partials: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
        """`groups`: item, group, and `top`: group, item, rank, score."""
        named = partials.drop_nulls("group").group_by("item", "group").agg(pl.col("events").sum())
        best_first = named.sort("item", "events", "group", descending=[False, True, False])
        groups = best_first.unique("item", keep="first", maintain_order=True).select("item", "group")
        weights = partials.group_by("item").agg(pl.col("weight").sum())
        return {"groups": groups, "top": self.popularity.top(weights, groups)}

    def open(self, fitted: Fitted) -> Recaller:
        """The popular items of the session's categories (see `Source.open`)."""
        groups = groups_of(fitted.table("groups"))

        def categories(visible: Visible) -> npt.NDArray[np.int64]:
            known = groups(visible.item)
            return np.where(known < 0, visible.category, known)

        return as_member(self.name, self.popularity.open(fitted.table("top"), categories))
