"""What a candidate source is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import polars as pl

from candidates.proposals import Recaller
from data.schema import TYPES, Items
from data.tables import scan
from data.visible import visible_of


@dataclass(frozen=True)
class History:
    """What a source may learn from: EVENTS of the whole fold or of one shard, all before `until`, and ITEMS.

    ITEMS names all of the log: an item without an event here may be asked for, and is not to be proposed.
    """

    events: pl.LazyFrame
    until: datetime
    items: pl.LazyFrame = field(default_factory=lambda: pl.LazyFrame(Items.create_empty()))


@dataclass(frozen=True)
class Fitted:
    """The files of a fitted source."""

    folder: Path

    def table(self, name: str) -> pl.LazyFrame:
        """One of the tables that the source wrote."""
        return scan(self.folder / f"{name}.parquet")


class Source(Protocol):
    """A candidate generator; its fields are its configuration."""

    @property
    def name(self) -> str:
        """Its name, unique among sources, members and feature groups."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the sources that must be fitted before it."""
        ...

    def open(self, fitted: Fitted) -> Recaller:
        """Read into memory what the source answers from: opened once, asked many times, from several threads.

        A query's answer does not depend on the others that are asked with it, to the last bit. A query without
        visible events, or whose items the source does not know, gets nothing.
        """
        ...


@dataclass(frozen=True)
class Openable:
    """What all sources share: a table of answers, from the source opened for it alone.

    A dataclass, though it has no fields: settings take only classes all of whose bases are.
    """

    def recall(self: Source, prefixes: pl.LazyFrame, fitted: Fitted, k: int) -> dict[str, pl.LazyFrame]:
        """Per member, at most `k` proposals a query: query, item, rank (from 1), score; sorted by query and rank."""
        visible = visible_of(prefixes.collect())
        proposed = self.open(fitted)(visible, k)
        return {member: one.frame(visible.query).lazy() for member, one in proposed.items()}


@runtime_checkable
class WholeSource(Source, Protocol):
    """A source that learns from the whole history at once."""

    def fit(self, history: History, fitted: Mapping[str, Fitted], into: Path) -> Fitted:
        """Write tables and plain files under the folder `into`."""
        ...


@runtime_checkable
class CountingSource(Source, Protocol):
    """A source whose fitting is a sum over shards."""

    def count(self, history: History) -> pl.LazyFrame:
        """What one shard adds: whole numbers only, so that the order of sums does not matter."""
        ...

    def merge(self, partials: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
        """The fitted tables by name, from the rows of all shards' counts."""
        ...


@dataclass(frozen=True)
class Sizes:
    """How large a history is: its events, sessions and items."""

    events: int
    sessions: int
    items: int


@runtime_checkable
class ForeseenSource(Source, Protocol):
    """A source that can tell about how much its fitting takes."""

    def room(self, sizes: Sizes) -> tuple[int, int]:
        """Bytes of memory at most at once, and of disk, what is removed in the end among it."""
        ...


@runtime_checkable
class LearningSource(Source, Protocol):
    """A source some of whose fields are found on labelled queries."""

    def learn(self, prefixes: pl.LazyFrame, labels: pl.LazyFrame) -> dict[str, Any]:
        """Fields and their values, fit for JSON, from PREFIXES and LABELS of the valid fold's `tune` part."""
        ...


def check_type_weights(weights: Mapping[str, float]) -> None:
    """Refuse weights of unknown types or below 0."""
    wrong = {name: w for name, w in weights.items() if name not in TYPES or w < 0}
    if wrong:
        raise ValueError(f"`type_weights` must give {TYPES} weights of 0 or more, got {wrong}.")
