"""Sources propose, fusion and the first stage order: CANDIDATES of one shard."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from candidates.source import Source
from data.aside import ASIDE
from data.even_pieces import even_pieces
from data.growing import ROWS_AT_ONCE, growing
from data.progress import far
from data.schema import CandidateKeys, check_wide
from data.tables import of_queries, read_whole, scan, shard_file
from data.visible import visible_of
from pipeline.store.opened import opened
from pipeline.store.room import Room, counted
from pipeline.store.task import Artifact
from pipeline.tasks.source import Fit
from ranker.candidate_order import OrderedProposer, open_ordered

QUERIES_AT_ONCE = 5_000
"""Whose proposals are held at once: with 100 of each of ten members some 300 MiB."""
COMING = 0.4  # of the proposals that might be: others propose the same, or there are none
ROW_ON_DISK = 14  # bytes, packed


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
    at_once
        Queries whose proposals are held at once; the table does not depend on it.
    """

    fold: Artifact
    shard: int
    sources: tuple[Source, ...]
    fits: Mapping[str, Fit]
    per_source: int
    order: Artifact
    threads: int
    at_once: int = field(default=QUERIES_AT_ONCE, metadata=ASIDE)

    def room(self) -> Room:
        """A part of all that the sources may propose comes, each row in some bytes on disk."""
        shards = sum(1 for _ in (self.fold.path / "queries").glob("*.parquet"))
        proposed = counted(self.fold, "queries") / max(1, shards) * len(self.fits) * self.per_source
        return Room(disk=int(proposed * COMING * ROW_ON_DISK))

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        fold, proposer = self.fold.path, opened(self, self._open)
        prefixes = scan(shard_file(fold / "prefixes", self.shard))
        queries = read_whole(shard_file(fold / "queries", self.shard)).sort("query")

        def proposed() -> Iterator[pl.DataFrame]:
            for first in range(0, max(len(queries), 1), self.at_once):
                far(first, len(queries), "queries")
                some = queries.slice(first, self.at_once)
                visible = visible_of(of_queries(prefixes, some).collect(), some)
                yield check_wide(proposer(visible).frame(visible.query), CandidateKeys)

        with growing(shard_file(into, self.shard)) as table:
            for piece in even_pieces(proposed(), ROWS_AT_ONCE):  # a file does not tell the portions it was made in
                table.write(piece)
        return {"candidates": table.rows}

    def _open(self) -> OrderedProposer:
        fitted = {name: fit.fitted for name, fit in self.fits.items()}
        return open_ordered(self.order.path, self.sources, fitted, self.per_source, self.threads)
