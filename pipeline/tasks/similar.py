"""Similar items as a product: the neighbour tables that sources have learnt, fused, in the shop's own keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from candidates.algorithms.votes import best_neighbours
from data.barred import FREE
from data.fixed import as_float, fixed
from data.progress import far
from data.schema import Neighbours
from data.tables import scan, write
from pipeline.store.task import Artifact
from pipeline.tasks.source import Fit

ITEMS_AT_ONCE = 50_000
OFFSET = 10
"""What flattens the first ranks: a neighbour at rank r of a table counts 1 / (OFFSET + r)."""


@dataclass(frozen=True)
class SimilarItems:
    """neighbours.parquet: item, neighbour, rank, score, an item's best neighbours in order; keys are the shop's.

    Reciprocal ranks are added up over the tables, so that what several of them name comes first, and no table's units
    count. Sums are whole numbers of 2^-24, ties go to the item that sorts first.

    Parameters
    ----------
    tables
        The fitted sources and members with a table of neighbours, by name.
    items
        The fold, for the keys.
    most
        Neighbours an item.
    filters
        What may not be proposed (`pipeline.tasks.filters`), and so is no neighbour; null where everything may.
    """

    tables: Mapping[str, Fit]
    items: Artifact
    most: int
    filters: Artifact | None = None

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        catalogue = scan(self.items.path / "items.parquet").select("item", "key").collect()
        tables = [fit.fitted.table("neighbours").select("item", "neighbour", "rank") for fit in self.tables.values()]
        ends = [table.select(pl.col("item").max()).collect().item() for table in tables]
        items = max((end + 1 for end in ends if end is not None), default=0)
        pieces = [pl.DataFrame(Neighbours.create_empty())]
        for first in range(0, items, ITEMS_AT_ONCE):
            far(first, items, "items")
            some = pl.col("item").is_between(first, first + ITEMS_AT_ONCE - 1)
            pieces.append(self._best([table.filter(some) for table in tables]))
        keys = catalogue["key"]
        best = pl.concat(pieces).sort("item", "rank")
        named = best.with_columns(pl.Series(name, keys.gather(best[name])) for name in ("item", "neighbour"))
        return {"pairs": write(named, into / "neighbours.parquet"), "tables": list(self.tables)}

    def _best(self, tables: Sequence[pl.LazyFrame]) -> pl.DataFrame:
        weight = fixed(1 / (OFFSET + pl.col("rank").cast(pl.Float64)))
        votes = pl.concat([table.with_columns(weight=weight) for table in tables])
        votes = votes.filter(pl.col("item") != pl.col("neighbour"))
        if self.filters is not None:
            free = scan(self.filters.path / "items.parquet").filter(pl.col("rule") == FREE)
            votes = votes.join(free.select(neighbour="item"), on="neighbour", how="semi")
        summed = votes.group_by("item", "neighbour").agg(pl.col("weight").sum())
        return best_neighbours(summed.with_columns(score=as_float(pl.col("weight"))), self.most).collect()
