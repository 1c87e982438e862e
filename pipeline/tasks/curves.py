"""How deep each source finds what was wanted, and where it is lost on the way to the list."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.tables import read_whole
from evaluation.ceiling import ceilings, recall_curve
from pipeline.store.task import Artifact

DEPTHS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200)
LISTED = 20


@dataclass(frozen=True)
class Curves:
    """curves.json: `curves`, each member, `union` and `ranked` -> K -> type -> recall; `ceilings` (see `ceilings`).

    Parameters
    ----------
    places
        `Places`.
    total
        Candidates a query that are described and ranked.
    """

    places: Artifact
    total: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        placed = read_whole(self.places.path / "places.parquet")
        columns = {name.removesuffix("__rank"): name for name in placed.columns if name.endswith("__rank")}
        ranks = placed.select(pl.max(*columns.values(), "fused").fill_null(0).cast(pl.Int64))
        deepest = max(ranks.row(0))
        depths = [k for k in DEPTHS if k <= max(deepest, LISTED)]
        rows: pl.LazyFrame = placed.lazy()
        curves = {name: recall_curve(rows, column, depths) for name, column in columns.items()}
        curves["union"] = recall_curve(rows, "fused", depths)
        curves["ranked"] = recall_curve(rows, "ranked", [k for k in depths if k <= LISTED])
        found = {"curves": curves, "ceilings": ceilings(placed, self.total)}
        (into / "curves.json").write_text(json.dumps(found, indent=1) + "\n")
        return {"members": len(columns)}
