"""What a candidate source is, and what all neighbour sources share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import polars as pl

from data.checks import check_at_least, check_share
from data.fixed import as_float, fixed, type_weight
from data.schema import TYPES, Items
from data.top import top_k


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
        return pl.scan_parquet(self.folder / f"{name}.parquet")


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

    def recall(self, prefixes: pl.LazyFrame, fitted: Fitted, k: int) -> dict[str, pl.LazyFrame]:
        """Per member, at most `k` proposals a query: query, item, rank (from 1), score."""
        ...


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


def prefix_weights(prefixes: pl.LazyFrame, last: int, decay: float, weights: dict[str, float]) -> pl.LazyFrame:
    """What each item of a running session counts: type weight x decay ^ (events since), summed.

    Parameters
    ----------
    prefixes
        PREFIXES.
    last
        How many of the latest events count.
    decay
        Per event that came later.
    weights
        By type.

    Returns
    -------
    pl.LazyFrame
        query, item, weight (fixed-point i64, above 0), of the items whose events' types weigh anything.
    """
    since = pl.col("position").max().over("query") - pl.col("position")
    worth = type_weight(weights)
    weight = fixed(worth * pl.lit(decay).pow(pl.col("since").cast(pl.Int32)))
    return (
        prefixes.with_columns(since=since)
        .filter((pl.col("since") < last) & (worth > 0))
        .group_by("query", "item")
        .agg(weight=weight.clip(lower_bound=1).sum())  # or a long session's first items would round to nothing
    )


def best_neighbours(pairs: pl.LazyFrame, most: int) -> pl.LazyFrame:
    """NEIGHBOURS: the `most` best neighbours of each item, ties by neighbour.

    Parameters
    ----------
    pairs
        item, neighbour, score; a pair stands once.
    most
        Neighbours an item.
    """
    scored = pairs.select(key="item", item="neighbour", score="score")
    return top_k(scored, most, by="key").select(item="key", neighbour="item", rank="rank", score="score")


@dataclass(frozen=True)
class NeighbourRecall:
    """How a neighbour table answers a running session.

    Parameters
    ----------
    last
        The latest events of the prefix that vote.
    decay
        A vote's weight per event that came later.
    type_weights
        A vote's weight by the event's type.
    """

    last: int = 10
    decay: float = 0.8
    type_weights: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        check_at_least(self, 1, "last")
        check_share(self, "decay")
        check_type_weights(self.type_weights or {})

    def __call__(self, prefixes: pl.LazyFrame, neighbours: pl.LazyFrame, k: int) -> pl.LazyFrame:
        """The `k` items with most votes: sum over the prefix of weight x neighbour score.

        Parameters
        ----------
        prefixes
            PREFIXES.
        neighbours
            NEIGHBOURS.
        k
            Items a query at most.

        Returns
        -------
        pl.LazyFrame
            query, item, rank, score.
        """
        weights = dict.fromkeys(TYPES, 1.0) | dict(self.type_weights or {})
        votes = prefix_weights(prefixes, self.last, self.decay, weights)
        scored = (
            votes.join(neighbours.select("item", "neighbour", "score"), on="item")
            .group_by("query", item="neighbour")
            .agg(score=(pl.col("weight") * pl.col("score").cast(pl.Float64)).round().cast(pl.Int64).sum())
        )
        return top_k(scored.with_columns(score=as_float(pl.col("score"))), k)
