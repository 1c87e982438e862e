"""The ranked lists of all shards, in the shop's own keys."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.tables import scan, scan_all, write
from pipeline.store.task import Artifact
from pipeline.tasks.shards import shard_files
from ranker.answers import recommendations, submission


@dataclass(frozen=True)
class Answers:
    """ranked.parquet, recommendations.parquet in the shop's keys and, for OTTO, submission.csv."""

    ranked: tuple[Artifact, ...]
    fold: Artifact
    otto: bool

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them."""
        table = scan_all(shard_files(self.ranked)).sort("query", "type", "rank").collect()
        queries, catalogue = scan(self.fold.path / "queries"), pl.scan_parquet(self.fold.path / "items.parquet")
        about = {"rows": write(table, into / "ranked.parquet")}
        write(recommendations(table.lazy(), queries, catalogue), into / "recommendations.parquet")
        if self.otto:
            submission(table.lazy(), queries, catalogue).collect().write_csv(into / "submission.csv")
        return about
