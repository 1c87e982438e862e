"""Rankers score a fold, shard by shard, into RANKED."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from data.barred import Barred
from data.filters import Filters
from data.popularity import TOP
from data.progress import far
from data.rules.opened import OpenRules
from data.schema import Ranked
from data.tables import item_codes, read_whole, shard_file, write
from pipeline.store.opened import opened
from pipeline.store.task import Artifact
from pipeline.tasks.description import Describing, Description
from ranker.lambdarank import Scorer
from ranker.listing import Counted, Lister, counted
from ranker.model_files import load_scorer
from ranker.ruled import added, plain_counts
from ranker.top import ranked_frame

QUERIES_AT_ONCE = 2_000
COUNTS, RULED = "counts.json", "ruled.json"


@dataclass(frozen=True)
class RankedShard:
    """NNN.parquet: RANKED of one shard; counts.json: lists and candidates that did not come to be.

    The counts: `fallback`, queries whose lists are popular items alone; `filtered`, candidates that a rule has left
    out, by rule; `short`, lists with fewer than `top` items. ruled.json: the same of the shop's own rules
    (`ranker.ruled.Ruling.counts`).

    Parameters
    ----------
    description
        What the features are made from.
    shard
        Its number.
    models
        The model that serves each trained objective.
    popular
        What fills short lists.
    threads
        Fixed, for the same sums in every run.
    top
        Items a list; never fewer than are measured.
    barred, filters
        What may not be proposed; null where everything may.
    rules
        The shop's own (`pipeline.tasks.rules`); null where there are none.
    """

    description: Description
    shard: int
    models: Mapping[str, Artifact]
    popular: Artifact
    threads: int
    top: int = TOP
    barred: Artifact | None = None
    filters: Filters = field(default_factory=Filters)
    rules: Artifact | None = None

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        source, shard = self.description, self.shard
        describing, scorers, lister = opened(self, self._open)
        queries = read_whole(shard_file(source.fold.path / "queries", shard)).select("query")
        pieces = [pl.DataFrame(Ranked.create_empty())]
        counts, ruled = Counted(), [[[0, 0, 0]] * len(lister.rules.told) if lister.rules else []]
        for first in range(0, queries.height, QUERIES_AT_ONCE):
            far(first, queries.height, "queries")
            visible, described = describing.some(queries.slice(first, QUERIES_AT_ONCE), shard)
            scores = {objective: scorer(described, self.threads) for objective, scorer in scorers.items()}
            listed = lister(visible, described.candidates, scores, max(self.top, TOP))
            counts += counted(listed, self.top)
            ruled.append(plain_counts(listed.ruled))
            pieces.append(ranked_frame(visible.query, listed.lists))
        ranked = Ranked.validate(pl.concat(pieces), cast=True)
        (into / COUNTS).write_text(json.dumps(asdict(counts), indent=1) + "\n")
        (into / RULED).write_text(json.dumps({"counts": added(ruled)}) + "\n")
        return {"rows": write(ranked.sort("query", "type", "rank"), shard_file(into, shard))}

    def _open(self) -> tuple[Describing, dict[str, Scorer], Lister]:
        scorers = {objective: load_scorer(model.path) for objective, model in self.models.items()}
        popular = item_codes(self.popular.path / "popular.parquet")
        barred = Barred.open(self.barred.path, self.filters) if self.barred else None
        rules = OpenRules.open(self.rules.path) if self.rules else None
        return self.description.open(), scorers, Lister(popular, barred, rules)
