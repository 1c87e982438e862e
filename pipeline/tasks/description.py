"""What a fold's candidates are described from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from data.tables import scan, shard_file
from features.group import FeatureGroup
from features.join import describe
from pipeline.store.task import Artifact
from pipeline.tasks.history import ROWS


@dataclass(frozen=True)
class Description:
    """FEATURES of a fold, as artifacts and settings; made for some queries at a time.

    Parameters
    ----------
    fold
        The fold.
    candidates
        CANDIDATES, an artifact a shard.
    history
        The tables of the groups that are computed once a fold, by group.
    pairs
        Neighbours and vectors.
    total
        Candidates a query that are described.
    groups
        What describes them.
    """

    fold: Artifact
    candidates: tuple[Artifact, ...]
    history: Mapping[str, Artifact]
    pairs: Artifact
    total: int
    groups: tuple[FeatureGroup, ...]

    def some(self, queries: pl.LazyFrame, shard: int) -> pl.LazyFrame:
        """FEATURES of the given queries of a shard, sorted by (query, fused__rank)."""
        wanted = queries.select("query").collect().lazy()
        candidates, prefixes, asked = (
            pl.scan_parquet(file).join(wanted, on="query", how="semi", maintain_order="left")
            for file in (
                self.candidate_file(shard),
                shard_file(self.fold.path / "prefixes", shard),
                shard_file(self.fold.path / "queries", shard),
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
            "neighbours": scan(self.pairs.path / "neighbours"),
            "vectors": pl.scan_parquet(self.pairs.path / "vectors.parquet"),
        }
        tables |= {name: pl.scan_parquet(table.path / ROWS) for name, table in self.history.items()}
        return describe(candidates, asked, tables, self.groups)

    @property
    def items(self) -> Path:
        """ITEMS with all that the fold's sessions touch, as far as known when the fold begins."""
        return self.fold.path / "items.parquet"

    def candidate_file(self, shard: int) -> Path:
        """CANDIDATES of a shard."""
        return shard_file(self.candidates[shard].path, shard)
