"""What a fold's candidates are described from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from data.candidates import candidates_of
from data.tables import of_queries, scan, shard_file
from data.visible import Visible, visible_of
from features.described import Described
from features.describer import Describer, tables_to_describe
from features.group import FeatureGroup
from pipeline.store.task import Artifact


@dataclass(frozen=True)
class Description:
    """FEATURES of a fold, as artifacts and settings.

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

    def open(self) -> "Describing":
        """Read what the groups need, once for many queries."""
        history = {name: table.path for name, table in self.history.items()}
        tables = tables_to_describe(self.items, self.pairs.path, history)
        return Describing(self, Describer.open(self.groups, tables))

    @property
    def items(self) -> Path:
        """ITEMS with all that the fold's sessions touch, as far as known when the fold begins."""
        return self.fold.path / "items.parquet"

    def candidate_file(self, shard: int) -> Path:
        """CANDIDATES of a shard."""
        return shard_file(self.candidates[shard].path, shard)


@dataclass(frozen=True)
class Describing:
    """A fold's description with its tables in memory."""

    description: Description
    describer: Describer

    def some(self, queries: pl.DataFrame, shard: int) -> tuple[Visible, Described]:
        """What the given queries of a shard show, and their candidates described.

        Parameters
        ----------
        queries
            frame(query).
        shard
            The one that they lie in; others are left out.
        """
        told = self.description
        candidates, prefixes, asked = (
            of_queries(scan(file), queries)
            for file in (
                told.candidate_file(shard),
                shard_file(told.fold.path / "prefixes", shard),
                shard_file(told.fold.path / "queries", shard),
            )
        )
        candidates = candidates.filter(pl.col("fused__rank") <= told.total)
        frames = pl.collect_all([candidates, prefixes, asked])
        visible = visible_of(frames[1], frames[2])
        return visible, self.describer(visible, candidates_of(frames[0], visible.query))

    def frame(self, queries: pl.DataFrame, shard: int) -> pl.DataFrame:
        """FEATURES of the given queries of a shard, sorted by (query, fused__rank)."""
        visible, described = self.some(queries, shard)
        return described.frame(visible.query)
