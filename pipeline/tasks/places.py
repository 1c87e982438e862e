"""Where every label of the scored fold stood: in each order, among the candidates, and in each source's own list."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from candidates.union import members_of
from data.popularity import TOP
from data.tables import read_json, scan, scan_all, write
from evaluation.places import places
from pipeline.store.task import Artifact
from pipeline.tasks.rivals import best_sources, rivals
from pipeline.tasks.shards import shard_files


@dataclass(frozen=True)
class Places:
    """places.parquet: `evaluation.places.places`; best.json: the best source of each type.

    Its columns: query, type, item; ranked, best_source, revisit_popular, the place in a list of `top`, or 20 if that is
    more; fused, the place among all candidates; `<member>__rank`.

    Parameters
    ----------
    fold, labels, candidates, popular, ranked, valid_recall, top
        As in `pipeline.tasks.metrics.Metrics`.
    """

    fold: Artifact
    labels: Artifact
    candidates: tuple[Artifact, ...]
    popular: Artifact
    ranked: Artifact
    valid_recall: Artifact
    top: int = TOP

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        truth, proposed = scan(self.labels.path / "labels"), scan_all(shard_files(self.candidates))
        best = best_sources(read_json(self.valid_recall.path / "recall.json")["recall"])
        orders = rivals(self.fold.path, proposed, self.popular.path, self.ranked.path, best, max(self.top, TOP))
        hits = proposed.join(truth.select("query", "item").unique(), on=["query", "item"], how="semi").collect().lazy()
        ranks = {"fused": "fused__rank"} | {f"{m}__rank": f"{m}__rank" for m in members_of(hits)}
        deep = {
            name: hits.select("query", "item", rank=column).filter(pl.col("rank").is_not_null())
            for name, column in ranks.items()
        }
        return {"labels": write(places(truth, orders | deep), into / "places.parquet")}
