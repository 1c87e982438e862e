"""Rankers score a fold, shard by shard, into RANKED."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.schema import Ranked
from data.tables import item_codes, shard_file, write
from pipeline.store.task import Artifact
from pipeline.tasks.description import Description
from ranker.model_files import load_scorer
from ranker.top import ranked_frame, top_lists

QUERIES_AT_ONCE = 2_000


@dataclass(frozen=True)
class RankedShard:
    """NNN.parquet: RANKED of one shard.

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
    """

    description: Description
    shard: int
    models: Mapping[str, Artifact]
    popular: Artifact
    threads: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        source, shard = self.description, self.shard
        scorers = {objective: load_scorer(model.path) for objective, model in self.models.items()}
        describing = source.open()
        popular = item_codes(self.popular.path / "popular.parquet")
        queries = pl.read_parquet(shard_file(source.fold.path / "queries", shard)).select("query")
        pieces = [pl.DataFrame(Ranked.create_empty())]
        for first in range(0, queries.height, QUERIES_AT_ONCE):
            visible, described = describing.some(queries.slice(first, QUERIES_AT_ONCE), shard)
            scores = {objective: scorer(described, self.threads) for objective, scorer in scorers.items()}
            lists = {o: top_lists(described.candidates, values, popular) for o, values in scores.items()}
            pieces.append(ranked_frame(visible.query, lists))
        ranked = Ranked.validate(pl.concat(pieces), cast=True)
        return {"rows": write(ranked.sort("query", "type", "rank"), shard_file(into, shard))}
