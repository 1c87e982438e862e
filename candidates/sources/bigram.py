"""What was touched right after an item: the shortest memory, and often the strongest."""

from dataclasses import dataclass, field
from typing import ClassVar

import polars as pl

from candidates.algorithms.votes import NeighbourRecall, best_neighbours
from candidates.proposals import Recaller, as_member
from candidates.source import Fitted, History, Openable
from data.checks import check_at_least


@dataclass(frozen=True)
class Bigram(Openable):
    """Neighbours by count(item, next) / sqrt(events of the item x events of the next).

    Parameters
    ----------
    name
        The prefix of its columns.
    min_count
        A pair seen less often is left out.
    neighbours
        Kept an item.
    votes
        How the table answers a running session.
    """

    name: str = "bigram"
    needs: ClassVar[tuple[str, ...]] = ()
    min_count: int = 2
    neighbours: int = 50
    votes: NeighbourRecall = field(default_factory=lambda: NeighbourRecall(last=5, decay=0.5))

    def __post_init__(self) -> None:
        check_at_least(self, 1, "min_count", "neighbours")

    def count(self, history: History) -> pl.LazyFrame:
        """One shard's pairs (item, neighbour, n) and, with a null neighbour, its items' events."""
        events = history.events.select("item", neighbour=pl.col("item").shift(-1).over("session"))
        pairs = events.drop_nulls().group_by("item", "neighbour").agg(n=pl.len().cast(pl.Int64))
        items = events.group_by("item").agg(n=pl.len().cast(pl.Int64))
        return pl.concat([pairs, items.select("item", pl.lit(None, pl.UInt32).alias("neighbour"), "n")])

    def merge(self, partials: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
        """`neighbours`: NEIGHBOURS."""
        counts = partials.group_by("item", "neighbour").agg(pl.col("n").sum())
        events = counts.filter(pl.col("neighbour").is_null())
        pairs = counts.filter(pl.col("neighbour").is_not_null() & (pl.col("n") >= self.min_count))
        scored = pairs.join(events.select("item", mine="n"), on="item", validate="m:1").join(
            events.select(neighbour="item", its="n"), on="neighbour", validate="m:1"
        )
        score = pl.col("n") / (pl.col("mine").cast(pl.Float64) * pl.col("its")).sqrt()
        return {"neighbours": best_neighbours(scored.select("item", "neighbour", score=score), self.neighbours)}

    def open(self, fitted: Fitted) -> Recaller:
        """What follows the session's latest items, summed (see `Source.open`)."""
        return as_member(self.name, self.votes.open(fitted.table("neighbours")))
