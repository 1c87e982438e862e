"""Sources propose, fusion and the first stage order: CANDIDATES of one shard."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from candidates.proposing import propose
from candidates.source import Source
from data.schema import CandidateKeys, check_wide
from data.tables import shard_file, write
from pipeline.store.task import Artifact
from pipeline.tasks.order import read_fusion
from pipeline.tasks.source import Fit
from ranker.first_stage import reorder
from ranker.model_files import load_scorer

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
        order, fold = self.order.path, self.fold.path
        fusion = read_fusion(order)
        scorer = load_scorer(order) if (order / "model.txt").is_file() else None
        fitted = {name: fit.fitted for name, fit in self.fits.items()}
        prefixes = pl.scan_parquet(shard_file(fold / "prefixes", self.shard))
        queries = pl.read_parquet(shard_file(fold / "queries", self.shard))["query"]
        pieces = []
        for first in range(0, max(len(queries), 1), QUERIES_AT_ONCE):
            some = queries[first : first + QUERIES_AT_ONCE].to_frame().lazy()
            mine = prefixes.join(some, on="query", how="semi", maintain_order="left")
            fused = fusion(propose(mine, self.sources, fitted, self.per_source)).collect()
            pieces.append(reorder(fused, scorer, self.threads) if scorer else fused)
        table = check_wide(pl.concat(pieces), CandidateKeys)
        return {"candidates": write(table, shard_file(into, self.shard))}
