"""Feature groups describe candidates: FEATURES of some queries of a shard."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.schema import CandidateKeys, check_wide
from data.tables import scan, shard_file, write
from features.group import FeatureGroup
from features.join import describe
from pipeline.tasks.fitting import history_groups
from ranker.dataset import ROWS_AT_ONCE
from ranker.training_rows import TrainingSize, choose_queries, hits_of, label_rows

QUERIES_AT_ONCE = 2_000


@dataclass(frozen=True)
class Described:
    """The folders that a fold's features are made from.

    Parameters
    ----------
    fold, candidates, history_tables, pair_tables
        Artifacts of the fold.
    items
        ITEMS.
    total
        Candidates a query that are described.
    groups
        What describes them.
    """

    fold: Path
    candidates: Path
    history_tables: Path
    pair_tables: Path
    items: Path
    total: int
    groups: tuple[FeatureGroup, ...]

    def some(self, queries: pl.LazyFrame, shard: int) -> pl.LazyFrame:
        """FEATURES of the given queries of a shard, sorted by (query, fused__rank)."""
        wanted = queries.select("query").collect().lazy()
        candidates, prefixes, asked = (
            pl.scan_parquet(file).join(wanted, on="query", how="semi", maintain_order="left")
            for file in (
                self.candidate_file(shard),
                shard_file(self.fold / "prefixes", shard),
                shard_file(self.fold / "queries", shard),
            )
        )
        candidates = candidates.filter(pl.col("fused__rank") <= self.total)
        # in memory, as every group reads them again
        candidates, prefixes, asked = (frame.lazy() for frame in pl.collect_all([candidates, prefixes, asked]))
        tables = {
            "candidates": candidates,
            "prefixes": prefixes,
            "queries": asked,
            "items": pl.scan_parquet(self.items),
            "neighbours": scan(self.pair_tables / "neighbours"),
            "vectors": pl.scan_parquet(self.pair_tables / "vectors.parquet"),
        }
        tables |= {
            g.name: pl.scan_parquet(self.history_tables / f"{g.name}.parquet") for g in history_groups(self.groups)
        }
        return describe(candidates, asked, tables, self.groups)

    def candidate_file(self, shard: int) -> Path:
        """CANDIDATES of a shard."""
        return shard_file(self.candidates / f"{shard:03d}", shard)


def build_training_rows(into: Path, *, source: Described, size: TrainingSize, shards: int) -> dict[str, Any]:
    """Write hits.parquet and rows/: FEATURES of the training queries with session, part and labels, some a file."""
    labels = scan(source.fold / "labels")
    cut = [
        pl.scan_parquet(source.candidate_file(s)).filter(pl.col("fused__rank") <= source.total) for s in range(shards)
    ]
    hits = pl.concat([hits_of(candidates, labels) for candidates in cut]).collect()
    queries = scan(source.fold / "queries")
    chosen = choose_queries(hits.lazy(), queries, size).collect()
    write(hits.join(queries.select("query", "part").collect(), on="query"), into / "hits.parquet")
    rows = files = 0
    for shard in range(shards):
        asked = pl.read_parquet(shard_file(source.fold / "queries", shard)).select("query", "session")
        mine = chosen.join(asked, on="query", validate="1:1")
        for first in range(0, max(mine.height, 1), QUERIES_AT_ONCE):
            some = mine.sort("query").slice(first, QUERIES_AT_ONCE)
            table = check_wide(source.some(some.lazy(), shard).collect(), CandidateKeys)
            labelled = label_rows(table.lazy(), hits.lazy()).join(
                some.lazy(), on="query", validate="m:1", maintain_order="left"
            )
            rows += write(labelled, shard_file(into / "rows", files), ROWS_AT_ONCE // 4)
            files += 1
    return {"queries": chosen.height, "rows": rows}
