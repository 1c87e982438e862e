"""What the fitted sources know of pairs of items, in the form that feature groups read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.schema import Neighbours
from data.tables import shard_file, write
from pipeline.tasks.source import Fit

ITEMS_AT_ONCE = 50_000


@dataclass(frozen=True)
class PairTables:
    """neighbours/NNN.parquet and vectors.parquet.

    `neighbours` holds item, neighbour and `<name>__score` f32 for every source or member with a neighbour table, null
    where it lacks the pair; sorted, some items a file, so that memory does not follow the catalogue. `vectors` is
    VECTORS of the first source that has learnt any, empty without.

    Parameters
    ----------
    fits
        The fitted sources and members, by name.
    """

    fits: Mapping[str, Fit]

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them."""
        fitted = {name: fit.fitted for name, fit in self.fits.items()}
        tables = {n: f.table("neighbours") for n, f in fitted.items() if (f.folder / "neighbours.parquet").is_file()}
        ends = [table.select(pl.col("item").max()).collect().item() for table in tables.values()]
        items = max((end + 1 for end in ends if end is not None), default=1)
        pairs = 0
        for number, first in enumerate(range(0, items, ITEMS_AT_ONCE)):
            some = pl.col("item").is_between(first, first + ITEMS_AT_ONCE - 1)
            wide = side_by_side({name: table.filter(some) for name, table in tables.items()})
            pairs += write(wide, shard_file(into / "neighbours", number))
        learnt = [f.table("vectors") for f in fitted.values() if (f.folder / "vectors.parquet").is_file()]
        nothing = pl.LazyFrame(schema={"item": pl.UInt32, "vector": pl.Array(pl.Float32, 1)})
        return {"pairs": pairs, "vectors": write(learnt[0] if learnt else nothing, into / "vectors.parquet")}


def side_by_side(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """NEIGHBOURS of several names as one: every pair once, sorted, a column of scores a name."""
    pair = ["item", "neighbour"]
    named = [table.select(*pair, pl.col("score").alias(f"{name}__score")) for name, table in tables.items()]
    empty = pl.LazyFrame(Neighbours.create_empty()).select(pair)
    scores = pl.col(r"^.*__score$").max()
    return pl.concat([empty, *named], how="diagonal").group_by(pair).agg(scores).sort(pair)
