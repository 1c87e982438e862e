"""What is popular in the categories that the session is in: for items that too few saw to have neighbours."""

from dataclasses import dataclass, field
from typing import ClassVar

import polars as pl

from candidates.algorithms.group_popularity import GroupPopularity
from candidates.source import Fitted, History


@dataclass(frozen=True)
class CategoryPopular:
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

    def recall(self, prefixes: pl.LazyFrame, fitted: Fitted, k: int) -> dict[str, pl.LazyFrame]:
        """The popular items of the session's categories (see `Source.recall`)."""
        grouped = prefixes.join(fitted.table("groups"), on="item", how="left", validate="m:1").with_columns(
            group=pl.coalesce("group", "category")
        )
        return {self.name: self.popularity.recall(grouped, fitted.table("top"), k)}
