"""What is visited most among items of the same kind: for an item that has no company of its own yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import polars as pl

from candidates.algorithms.votes import NeighbourRecall, best_neighbours
from candidates.proposals import Recaller, as_member
from candidates.source import Fitted, History, Openable, check_type_weights
from data.checks import check_at_least, check_durations
from data.fixed import fixed, type_weight
from data.schema import Neighbours

ITEMS_AT_ONCE = 50_000


@dataclass(frozen=True)
class CategoryNeighbours(Openable):
    """Neighbours by their share in their category's recent events, more if they are of the item's brand too.

    Parameters
    ----------
    name
        The prefix of its columns.
    half_life
        The age before the history's end at which an event counts half; null for no ageing.
    type_weights
        What an event counts by its type.
    same_brand
        How many times its share a neighbour of the item's own brand scores: 1 for no difference.
    neighbours
        Kept an item.
    votes
        How the table answers a running session.

    Notes
    -----
    A category's items share one order but for the brand, so that few of them stand in most lists: it proposes what
    the category's best are, and leaves telling its items apart to other sources.
    """

    name: str = "category_neighbours"
    needs: ClassVar[tuple[str, ...]] = ()
    half_life: timedelta | None = timedelta(days=7)
    type_weights: Mapping[str, float] = field(default_factory=lambda: {"clicks": 1.0, "carts": 6.0, "orders": 3.0})
    same_brand: float = 2.0
    neighbours: int = 50
    votes: NeighbourRecall = field(default_factory=NeighbourRecall)

    def __post_init__(self) -> None:
        check_durations(self, "half_life")
        check_at_least(self, 1, "same_brand", "neighbours")
        check_type_weights(self.type_weights)

    def fit(self, history: History, fitted: Mapping[str, Fitted], into: Path) -> Fitted:
        """Write neighbours.parquet: NEIGHBOURS, some items at a time, so that pairs in memory are bounded."""
        kinds = history.items.select("item", "category", "brand").filter(pl.col("category").is_not_null())
        asked = kinds.sort("item").collect()
        first = self._first(self._shares(history, kinds)).collect().lazy()
        pieces = [pl.DataFrame(Neighbours.create_empty())]
        for start in range(0, asked.height, ITEMS_AT_ONCE):
            pairs = self._pairs(asked.slice(start, ITEMS_AT_ONCE).lazy(), first)
            pieces.append(best_neighbours(pairs, self.neighbours).collect())
        pl.concat(pieces).write_parquet(into / "neighbours.parquet")
        return Fitted(into)

    def open(self, fitted: Fitted) -> Recaller:
        """The best of the categories of the session's latest items (see `Source.open`)."""
        return as_member(self.name, self.votes.open(fitted.table("neighbours")))

    def _shares(self, history: History, kinds: pl.LazyFrame) -> pl.LazyFrame:
        """neighbour, category, brand, share: of the visited items, in their category's aged events."""
        weight = fixed(type_weight(dict(self.type_weights)) * self._age(history))
        share = pl.col("weight") / pl.col("weight").sum().over("category")
        return (
            history.events.group_by("item")
            .agg(weight=weight.sum())
            .filter(pl.col("weight") > 0)
            .join(kinds, on="item", validate="1:1")
            .select("category", "brand", neighbour="item", share=share)
        )

    def _first(self, shares: pl.LazyFrame) -> pl.LazyFrame:
        """Those that can be in a list: one more than is kept, as an item is not its own neighbour."""
        ordered = shares.sort("category", "share", "neighbour", descending=[False, True, False])
        place = pl.int_range(pl.len())
        among_all = place.over("category") <= self.neighbours
        among_brand = pl.col("brand").is_not_null() & (place.over("category", "brand") <= self.neighbours)
        return ordered.with_columns(among_all=among_all).filter(among_all | among_brand)

    def _pairs(self, asked: pl.LazyFrame, first: pl.LazyFrame) -> pl.LazyFrame:
        """item, neighbour, score: the category's best and the best of the item's own brand in it."""
        others = first.filter("among_all").drop("among_all")
        of_brand = (pl.col("brand") == pl.col("its_brand")).fill_null(False)
        any_brand = (
            asked.join(others.rename({"brand": "its_brand"}), on="category")
            .filter(~of_brand)
            .select("item", "neighbour", score="share")
        )
        same_brand = asked.join(first, on=["category", "brand"]).select(
            "item", "neighbour", score=pl.col("share") * self.same_brand
        )
        return pl.concat([any_brand, same_brand]).filter(pl.col("item") != pl.col("neighbour"))

    def _age(self, history: History) -> pl.Expr:
        if self.half_life is None:
            return pl.lit(1.0)
        age = (pl.lit(history.until).cast(pl.Datetime("ms", "UTC")) - pl.col("ts")).dt.total_milliseconds()
        return pl.lit(0.5).pow(age.cast(pl.Float64) / (self.half_life.total_seconds() * 1_000))
