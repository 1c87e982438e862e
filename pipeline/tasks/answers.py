"""The ranked lists of all shards, in the shop's own keys."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.growing import growing
from data.popularity import TOP, rank_type
from data.progress import far
from data.tables import of_queries, read_json, read_whole, scan, scan_all
from pipeline.store.task import Artifact
from pipeline.tasks.ranked import COUNTS, RULED
from pipeline.tasks.rules import told_counts
from pipeline.tasks.shards import shard_files
from ranker.answers import recommendations, submission
from ranker.listing import Counted
from ranker.ruled import added

QUERIES_AT_ONCE = 100_000


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
        catalogue = read_whole(self.fold.path / "items.parquet", ["item", "key"]).lazy()
        with (
            growing(into / "ranked.parquet") as ranked,
            growing(into / "recommendations.parquet") as leaving,
            open(into / "submission.csv", "wb") if self.otto else nullcontext() as submitted,
        ):
            for queries, table in self._portions():
                ranked.write(table)
                leave = recommendations(table.lazy().filter(pl.col("rank") <= self.top), queries.lazy(), catalogue)
                leaving.write(leave.with_columns(pl.col("rank").cast(rank_type(self.top))).collect())
                if submitted:
                    best = submission(table.lazy().filter(pl.col("rank") <= TOP), queries.lazy(), catalogue)
                    best.collect().write_csv(submitted, include_header=submitted.tell() == 0)
        counts = sum((Counted(**read_json(shard.path / COUNTS)) for shard in self.ranked), Counted())
        (into / COUNTS).write_text(json.dumps(asdict(counts), indent=1) + "\n")
        ruled = added([read_json(shard.path / RULED)["counts"] for shard in self.ranked])
        told = told_counts(self.rules, ruled) if self.rules else []
        (into / RULED).write_text(json.dumps({"rules": told}, indent=1) + "\n")
        return {"rows": ranked.rows}

    def _portions(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """QUERIES of some whole sessions, and their lists of all shards."""
        files, queries = shard_files(self.ranked), scan(self.fold.path / "queries").sort("query").collect()
        begins = queries.select(pl.col("session").ne_missing(pl.col("session").shift()).arg_true()).to_series()
        first = 0
        while first < max(queries.height, 1):
            far(first, queries.height, "queries")
            after = begins.filter(begins >= first + QUERIES_AT_ONCE).head(1)
            last = after[0] if len(after) else queries.height
            some = queries[first:last]
            yield some, of_queries(scan_all(files), some).sort("query", "type", "rank").collect()
            first = max(last, 1)
