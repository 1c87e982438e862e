"""What each source is worth: candidate recall a member, of the union, and of the union without each."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from candidates.fusion import Fusion
from candidates.union import members_of
from data.sampling import some_queries
from data.tables import scan, scan_all
from evaluation.candidates import candidate_recall
from pipeline.store.task import Artifact
from pipeline.tasks.shards import shard_files
from ranker.candidate_order import load_fusion

MOST_QUERIES, SALT = 50_000, 42
"""Queries with a label that sources are measured on, at most: each is fused anew without each source."""


@dataclass(frozen=True)
class CandidateRecall:
    """recall.json: `recall` and `leave_one_out`, each name -> `recall@K` -> type -> fraction or null.

    `reciprocal_rank` is the union in the order of reciprocal-rank fusion, before a first stage; `leave_one_out` is the
    same without a member, where the others keep their weights.

    Parameters
    ----------
    candidates
        CANDIDATES before any cut, an artifact a shard.
    labels
        The fold's LABELS: of many queries 50,000 are asked, drawn by hash.
    order
        The order, whose fusion is asked.
    """

    candidates: tuple[Artifact, ...]
    labels: Artifact
    order: Artifact

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        files = shard_files(self.candidates)
        truth = some_labels(scan(self.labels.path / "labels"), MOST_QUERIES).collect().lazy()
        fusion = load_fusion(self.order.path)
        members = members_of(scan_all(files))
        keys = truth.select("query", "item").unique()
        hits = pl.concat([scan(file).join(keys, on=["query", "item"], how="semi").collect() for file in files])
        recall = candidate_recall(hits.lazy(), truth, members)

        def without(member: str | None) -> dict[str, dict[str, float | None]]:
            hits = pl.concat([_hits_without(file, member, fusion, truth) for file in files])
            return candidate_recall(hits.lazy(), truth, [])["union"]

        left_out = {member: without(member) for member in members} if len(members) > 1 else {}
        found = {"recall": recall, "reciprocal_rank": without(None), "leave_one_out": left_out}
        (into / "recall.json").write_text(json.dumps(found, indent=1) + "\n")
        return {"members": len(members)}


def some_labels(labels: pl.LazyFrame, most: int) -> pl.LazyFrame:
    """LABELS of so many queries at most, drawn by hash."""
    queries = some_queries(labels.select("query").unique(), most, SALT)
    return labels.join(queries, on="query", how="semi", maintain_order="left")


def _hits_without(file: Path, member: str | None, fusion: Fusion, truth: pl.LazyFrame) -> pl.DataFrame:
    """The labels among the candidates that remain without a member, in the order that remains."""
    rows = scan(file).join(truth.select("query").unique(), on="query", how="semi", maintain_order="left")
    ranks = [f"{name}__rank" for name in members_of(rows) if name != member]
    remaining = rows.select("query", "item", *ranks).filter(pl.any_horizontal(pl.col(r).is_not_null() for r in ranks))
    fused = (fusion.without(member) if member else fusion)(remaining)
    return fused.join(truth, on=["query", "item"], how="semi").select("query", "item", "fused__rank").collect()
