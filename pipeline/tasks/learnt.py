"""What sources and the order of candidates are found on: queries of the valid fold's `tune` part."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from candidates.source import LearningSource
from data.sampling import some_queries
from data.tables import scan
from pipeline.store.task import Artifact

SALT = 6


@dataclass(frozen=True)
class TuningQueries:
    """Queries of the valid fold's `tune` part, drawn by hash.

    Parameters
    ----------
    fold
        The fold.
    most
        How many at most.
    """

    fold: Artifact
    most: int

    def read(self) -> tuple[pl.LazyFrame, pl.LazyFrame]:
        """PREFIXES and LABELS."""
        fold = self.fold.path
        tune = scan(fold / "queries").filter(pl.col("part") == "tune").select("query")
        chosen = some_queries(tune, self.most, SALT).collect().lazy()
        prefixes, labels = (scan(fold / t).join(chosen, on="query", how="semi") for t in ("prefixes", "labels"))
        return prefixes, labels


@dataclass(frozen=True)
class LearntFields:
    """fields.json: what a source has found for its fields (see `LearningSource.learn`)."""

    source: LearningSource
    queries: TuningQueries

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        found = self.source.learn(*self.queries.read())
        (into / "fields.json").write_text(json.dumps(found, indent=1) + "\n")
        return found
