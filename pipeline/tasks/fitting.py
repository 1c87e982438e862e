"""Sources learn from a fold's history; history-wide feature tables and popularity are counted beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from candidates.source import CountingSource, Fitted, History, Source, WholeSource
from data.tables import items_before, scan, write
from evaluation.baselines import TOP, popular_items
from features.group import FeatureGroup
from pipeline.store.engine import Engine


@dataclass(frozen=True)
class Past:
    """A fold's history in shards, and the folder of the log that it is part of."""

    shards: Sequence[pl.LazyFrame]
    until: datetime
    log: Path

    @property
    def whole(self) -> History:
        """All shards at once."""
        return self.of(pl.concat(self.shards))

    def of(self, events: pl.LazyFrame) -> History:
        """Some of it."""
        return History(events, self.until, items_before(self.log, self.until))


def build_source(
    into: Path, *, source: Source, past: Past, fitted: Mapping[str, Fitted], engine: Engine
) -> dict[str, Any]:
    """Fit one source into the folder: at once, or as a sum over shards."""
    if isinstance(source, CountingSource):
        partials = engine.map(lambda events: source.count(past.of(events)).collect(), past.shards)
        tables = source.merge(pl.concat(partials).lazy())
        return {name: write(table, into / f"{name}.parquet") for name, table in tables.items()}
    assert isinstance(source, WholeSource)
    source.fit(past.whole, fitted, into)
    return {}


def build_history_tables(
    into: Path, *, past: Past, fold: Path, items: Path, groups: Sequence[FeatureGroup]
) -> dict[str, Any]:
    """Write popular.parquet and a table for every feature group that reads nothing of a query."""
    history = past.whole.events
    counts = {"popular": write(popular_items(history, 2 * TOP + 1), into / "popular.parquet")}
    tables = {"history": history, "asked": scan(fold / "prefixes"), "items": pl.scan_parquet(items)}
    for group in history_groups(groups):
        rows = group(tables).collect()
        keys = rows.columns[: rows.width - sum("__" in c for c in rows.columns)]
        counts[group.name] = write(rows.sort(keys), into / f"{group.name}.parquet")
    return counts


def history_groups(groups: Sequence[FeatureGroup]) -> list[FeatureGroup]:
    """The groups that are computed once a fold."""
    return [g for g in groups if g.from_history and set(g.reads) <= {"history", "asked", "items"}]
