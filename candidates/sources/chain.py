"""Neighbours of neighbours: how an item that few visitors saw still gets a long list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from candidates.algorithms.votes import NeighbourRecall, best_neighbours
from candidates.proposals import Recaller, as_member
from candidates.source import Fitted, History, Openable
from data.checks import check_at_least
from data.fixed import as_float, fixed

ITEMS_AT_ONCE = 50_000


@dataclass(frozen=True)
class Chain(Openable):
    """Two or three steps of a walk over another source's neighbour table.

    A step goes from an item to one of its `beam` best neighbours, with the neighbour's share in their scores as
    its probability; a chain's score is the probability to be there after the last step.

    Parameters
    ----------
    name
        The prefix of its columns.
    base
        The source whose `neighbours` are walked.
    hops
        Steps: 2 or 3.
    beam
        Neighbours that a step chooses from, and that are kept between steps.
    neighbours
        Kept an item.
    votes
        How the table answers a running session.

    Notes
    -----
    A truncated random walk on the item graph: Fouss, Pirotte, Renders, Saerens 2007, "Random-walk computation of
    similarities between nodes of a graph".
    """

    name: str = "chain"
    base: str = "covisit"
    hops: int = 2
    beam: int = 30
    neighbours: int = 100
    votes: NeighbourRecall = field(default_factory=NeighbourRecall)

    def __post_init__(self) -> None:
        if self.hops not in (2, 3):
            raise ValueError(f"`hops` must be 2 or 3, got {self.hops}.")
        check_at_least(self, 1, "beam", "neighbours")

    @property
    def needs(self) -> tuple[str, ...]:
        """The source whose table is walked."""
        return (self.base,)

    def fit(self, history: History, fitted: Mapping[str, Fitted], into: Path) -> Fitted:
        """Write neighbours.parquet: NEIGHBOURS, some items at a time, so that memory does not follow the catalogue."""
        step = _steps(fitted[self.base].table("neighbours"), self.beam).collect().lazy()
        items = step.select("item").unique().sort("item").collect()["item"]
        pieces = [best_neighbours(self._walk(step.head(0), step), self.neighbours).collect()]
        for first in range(0, len(items), ITEMS_AT_ONCE):
            some = items.slice(first, ITEMS_AT_ONCE).to_frame().lazy()
            walked = self._walk(step.join(some, on="item", how="semi"), step)
            pieces.append(best_neighbours(walked, self.neighbours).collect())
        pl.concat(pieces).write_parquet(into / "neighbours.parquet")
        return Fitted(into)

    def open(self, fitted: Fitted) -> Recaller:
        """What is reached from the session's latest items, summed (see `Source.open`)."""
        return as_member(self.name, self.votes.open(fitted.table("neighbours")))

    def _walk(self, start: pl.LazyFrame, step: pl.LazyFrame) -> pl.LazyFrame:
        walked = start
        for hop in range(1, self.hops):
            walked = _onward(walked, step)
            if hop < self.hops - 1:
                walked = _steps(best_neighbours(walked, self.beam), self.beam)
        return walked


def _steps(neighbours: pl.LazyFrame, beam: int) -> pl.LazyFrame:
    """item, neighbour, score: the first `beam` neighbours with their share in the sum of their scores."""
    first = neighbours.filter(pl.col("rank") <= beam).with_columns(weight=fixed(pl.col("score").cast(pl.Float64)))
    share = pl.col("weight") / pl.col("weight").sum().over("item")
    return first.filter(pl.col("weight") > 0).select("item", "neighbour", score=share)


def _onward(walked: pl.LazyFrame, step: pl.LazyFrame) -> pl.LazyFrame:
    """One step more from every walk's end: item, neighbour, score, walks to the same end summed."""
    return (
        walked.rename({"neighbour": "through", "score": "so_far"})
        .join(step.rename({"item": "through"}), on="through")
        .group_by("item", "neighbour")
        .agg(total=fixed(pl.col("so_far") * pl.col("score")).sum())
        .filter(pl.col("total") > 0)
        .select("item", "neighbour", score=as_float(pl.col("total")))
    )
