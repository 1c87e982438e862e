"""Co-visitation: items that stand close together in many visitors' sessions."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar, Literal

import polars as pl

from candidates.source import Fitted, History, NeighbourRecall, best_neighbours
from data.fixed import as_float, fixed

Normalisation = Literal["raw", "conditional", "cosine"]


@dataclass(frozen=True)
class CoVisit:
    """Neighbours by how often, how near and how lately two items were visited together.

    A pair at `gap` events' distance counts 1 / gap x 0.5 ^ (age / half_life), in both directions.

    Parameters
    ----------
    name
        The prefix of its columns.
    window
        Two events further apart in time are no pair.
    last_events
        Only so many of a session's latest events are paired.
    max_gap
        Two events further apart in the session are no pair.
    half_life
        The age before the history's end at which a pair counts half; null for no ageing.
    normalise
        `raw` weight; `conditional` on the item (weight / the item's sum); `cosine` (weight / square root of
        both items' sums).
    keep_self
        Whether an item may be its own neighbour: a repeated click says that it is likely clicked again.
    neighbours
        Kept an item.
    votes
        How the table answers a running session.

    Notes
    -----
    Item-to-item co-occurrence: Linden, Smith, York 2003, "Amazon.com recommendations".
    """

    name: str = "covisit"
    needs: ClassVar[tuple[str, ...]] = ()
    window: timedelta = timedelta(hours=24)
    last_events: int = 30
    max_gap: int = 10
    half_life: timedelta | None = timedelta(days=7)
    normalise: Normalisation = "cosine"
    keep_self: bool = True
    neighbours: int = 50
    votes: NeighbourRecall = field(default_factory=NeighbourRecall)

    def __post_init__(self) -> None:
        for name in ("last_events", "max_gap", "neighbours"):
            if getattr(self, name) < 1:
                raise ValueError(f"`{name}` must be at least 1, got {getattr(self, name)}.")
        for name in ("window", "half_life"):
            value = getattr(self, name)
            if value is not None and value <= timedelta(0):
                raise ValueError(f"`{name}` must be above 0, got {value}.")

    def count(self, history: History) -> pl.LazyFrame:
        """Pair weights of one shard: item, neighbour, weight (fixed-point), both directions."""
        from_end = pl.len().over("session") - pl.int_range(pl.len()).over("session")
        recent = history.events.select("session", "item", "ts", last=from_end <= self.last_events)
        recent = recent.filter("last").drop("last").with_columns(decay=self._decay(history))
        forward = pl.concat([self._at_gap(recent, gap) for gap in range(1, self.max_gap + 1)])
        backward = forward.select(item="neighbour", neighbour="item", weight="weight")
        pairs = pl.concat([forward, backward])
        if not self.keep_self:
            pairs = pairs.filter(pl.col("item") != pl.col("neighbour"))
        return pairs.group_by("item", "neighbour").agg(pl.col("weight").sum())

    def merge(self, partials: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
        """`neighbours`: NEIGHBOURS."""
        pairs = partials.group_by("item", "neighbour").agg(pl.col("weight").sum()).filter(pl.col("weight") > 0)
        sums = pairs.group_by("item").agg(total=pl.col("weight").sum())
        pairs = pairs.join(sums, on="item", validate="m:1").join(
            sums.rename({"item": "neighbour", "total": "neighbour_total"}), on="neighbour", validate="m:1"
        )
        weight, mine, its = (as_float(pl.col(c)) for c in ("weight", "total", "neighbour_total"))
        score = {"raw": weight, "conditional": weight / mine, "cosine": weight / (mine * its).sqrt()}[self.normalise]
        scored = pairs.select("item", "neighbour", score=score)
        return {"neighbours": best_neighbours(scored, self.neighbours)}

    def recall(self, prefixes: pl.LazyFrame, fitted: Fitted, k: int) -> dict[str, pl.LazyFrame]:
        """The neighbours of the session's latest items, summed (see `Source.recall`)."""
        return {self.name: self.votes(prefixes, fitted.table("neighbours"), k)}

    def _decay(self, history: History) -> pl.Expr:
        if self.half_life is None:
            return pl.lit(1.0)
        age = (pl.lit(history.until).cast(pl.Datetime("ms", "UTC")) - pl.col("ts")).dt.total_milliseconds()
        return pl.lit(0.5).pow(age.cast(pl.Float64) / (self.half_life.total_seconds() * 1_000))

    def _at_gap(self, events: pl.LazyFrame, gap: int) -> pl.LazyFrame:
        """All ordered pairs at one distance: linear in the events, where a self-join is quadratic a session."""
        later = {c: pl.col(c).shift(-gap).over("session") for c in ("item", "ts")}
        return (
            events.select(
                item="item",
                neighbour=later["item"],
                weight=fixed(pl.col("decay") / gap),
                apart=later["ts"] - pl.col("ts"),
            )
            .filter(pl.col("neighbour").is_not_null() & (pl.col("apart") <= self.window))
            .drop("apart")
        )
