"""The ranked lists of all shards, in the shop's own keys."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.popularity import TOP, rank_type
from data.tables import read_json, scan, scan_all, write
from pipeline.store.task import Artifact
from pipeline.tasks.ranked import COUNTS, RULED
from pipeline.tasks.rules import told_counts
from pipeline.tasks.shards import shard_files
from ranker.answers import recommendations, submission
from ranker.listing import Counted
from ranker.ruled import added


@dataclass(frozen=True)
class Answers:
    """ranked.parquet, recommendations.parquet in the shop's keys and, for OTTO, submission.csv; counts and ruled.json.

    Parameters
    ----------
    ranked
        RANKED, an artifact a shard.
    fold
        The scored fold.
    otto
        Whether there is a submission, which has 20 items a list.
    top
        Items a list of recommendations.
    rules
        The shop's own rules, whose applications are added up; null where there are none.
    """

    ranked: tuple[Artifact, ...]
    fold: Artifact
    otto: bool
    top: int = TOP
    rules: Artifact | None = None

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them."""
        table = scan_all(shard_files(self.ranked)).sort("query", "type", "rank").collect()
        queries, catalogue = scan(self.fold.path / "queries"), scan(self.fold.path / "items.parquet")
        about = {"rows": write(table, into / "ranked.parquet")}
        leave = recommendations(table.lazy().filter(pl.col("rank") <= self.top), queries, catalogue)
        write(leave.with_columns(pl.col("rank").cast(rank_type(self.top))), into / "recommendations.parquet")
        if self.otto:
            best = table.lazy().filter(pl.col("rank") <= TOP)
            submission(best, queries, catalogue).collect().write_csv(into / "submission.csv")
        counts = sum((Counted(**read_json(shard.path / COUNTS)) for shard in self.ranked), Counted())
        (into / COUNTS).write_text(json.dumps(asdict(counts), indent=1) + "\n")
        ruled = added([read_json(shard.path / RULED)["counts"] for shard in self.ranked])
        told = told_counts(self.rules, ruled) if self.rules else []
        (into / RULED).write_text(json.dumps({"rules": told}, indent=1) + "\n")
        return about
