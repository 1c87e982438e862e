"""What is counted once a fold from its history: a feature group's table, and the popular items."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import polars as pl

from data.barred import FREE
from data.popularity import TOP, popular_items
from data.tables import scan, write
from features.group import KEYS, FeatureGroup
from pipeline.store.task import Artifact
from pipeline.tasks.past import Past

ROWS = "rows.parquet"


@dataclass(frozen=True)
class HistoryTable:
    """rows.parquet: the rows of a feature group that reads nothing of a query, sorted by their keys.

    Parameters
    ----------
    group
        The group.
    past
        The history.
    fold
        For what the group reads of the fold (`asked`, `items`); null where it reads the history alone.
    """

    group: FeatureGroup
    past: Past
    fold: Artifact | None

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        tables = {"history": self.past.whole.events if self.group.counts is None else self._counts(self.group.counts)}
        if self.fold is not None:
            tables |= {
                "asked": scan(self.fold.path / "prefixes"),
                "items": scan(self.fold.path / "items.parquet"),
            }
        rows = self.group.of_counts(tables).collect(engine="streaming")  # a history may not fit in memory
        keys = rows.columns[: rows.width - sum("__" in c for c in rows.columns)]
        return {"rows": write(rows.sort(keys), into / ROWS)}

    def _counts(self, counts: Callable[[pl.LazyFrame], pl.LazyFrame]) -> pl.LazyFrame:
        """What is counted of all sessions, those of a shard at a time."""
        keys = KEYS[self.group.scope]
        shards = (counts(events).collect() for events in self.past.events())
        return reduce(lambda total, some: pl.concat([total, some]).group_by(keys).sum(), shards).lazy()


@dataclass(frozen=True)
class PopularItems:
    """popular.parquet: the history's most frequent items, which fill lists.

    Parameters
    ----------
    past
        The history.
    most
        How many.
    filters
        What may not be proposed (`pipeline.tasks.filters`); null where everything may.
    """

    past: Past
    most: int = 2 * TOP + 1
    filters: Artifact | None = None

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        events = self.past.whole.events
        if self.filters is not None:
            free = scan(self.filters.path / "items.parquet").filter(pl.col("rule") == FREE)
            events = events.join(free, on="item", how="semi")
        return {"items": write(popular_items(events, self.most), into / "popular.parquet")}


def history_groups(groups: Sequence[FeatureGroup]) -> list[FeatureGroup]:
    """The groups that are computed once a fold."""
    return [g for g in groups if g.from_history and set(g.reads) <= {"history", "asked", "items"}]
