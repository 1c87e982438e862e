"""Sources propose, fusion and the first stage order: CANDIDATES of one shard."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from candidates.source import Source
from data.progress import far
from data.schema import CandidateKeys, check_wide
from data.tables import read_whole, scan, shard_file, write
from data.visible import visible_of
from pipeline.store.task import Artifact
from pipeline.tasks.source import Fit
from ranker.candidate_order import open_ordered

QUERIES_AT_ONCE = 20_000


@dataclass(frozen=True)
class CandidateShard:
    """NNN.parquet: CANDIDATES of one shard, all of them, in fused order or the first stage's.

    Parameters
    ----------
    fold, shard
        Whose queries.
    sources, fits
        Who proposes, and what they have learnt of the fold's history.
    per_source
        Proposals a query and member at most.
    order
        How they are put in order.
    threads
        Fixed, for the same sums in every run.
    """

    fold: Artifact
    shard: int
    sources: tuple[Source, ...]
    fits: Mapping[str, Fit]
    per_source: int
    order: Artifact
    threads: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        fold, fitted = self.fold.path, {name: fit.fitted for name, fit in self.fits.items()}
        proposer = open_ordered(self.order.path, self.sources, fitted, self.per_source, self.threads)
        prefixes = scan(shard_file(fold / "prefixes", self.shard))
        queries = read_whole(shard_file(fold / "queries", self.shard)).sort("query")
        pieces = []
        for first in range(0, max(len(queries), 1), QUERIES_AT_ONCE):
            far(first, len(queries), "queries")
            some = queries.slice(first, QUERIES_AT_ONCE)
            mine = prefixes.join(some.lazy(), on="query", how="semi").collect()
            visible = visible_of(mine, some)
            pieces.append(proposer(visible).frame(visible.query))
        table = check_wide(pl.concat(pieces, rechunk=True), CandidateKeys)  # a file's pages go by the chunks in memory
        return {"candidates": write(table, shard_file(into, self.shard))}
