"""What each source is worth: candidate recall a member, of the union, and of the union without each."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from candidates.union import fuse, members_of
from evaluation.candidates import candidate_recall
from pipeline.tables import scan, scan_all


def build_recall(into: Path, *, candidates: Sequence[Path], labels: Path, weights: Path) -> dict[str, Any]:
    """Write recall.json: `recall` and `leave_one_out`, each name -> `recall@K` -> type -> fraction or null.

    Parameters
    ----------
    into
        The folder to write.
    candidates
        CANDIDATES before any cut, a file a shard.
    labels
        The fold's LABELS.
    weights
        The fusion weights; without a member the others keep theirs.
    """
    truth = scan(labels)
    shares = json.loads(weights.read_text())
    members = members_of(scan_all(candidates))
    recall = candidate_recall(scan_all(candidates), truth, members)
    left_out = {}
    for member in members if len(members) > 1 else []:
        hits = pl.concat([_hits_without(file, member, shares, truth) for file in candidates])
        left_out[member] = candidate_recall(hits.lazy(), truth, [])["union"]
    found = {"recall": recall, "leave_one_out": left_out}
    (into / "recall.json").write_text(json.dumps(found, indent=1) + "\n")
    return {"members": len(members)}


def _hits_without(file: Path, member: str, shares: dict[str, float], truth: pl.LazyFrame) -> pl.DataFrame:
    """The labels among the candidates that remain without a member, in the order that remains."""
    rows = pl.scan_parquet(file)
    others = [name for name in members_of(rows) if name != member]
    ranks = [f"{name}__rank" for name in others]
    remaining = rows.select("query", "item", *ranks).filter(pl.any_horizontal(pl.col(r).is_not_null() for r in ranks))
    fused = fuse(remaining, {name: shares[name] for name in others})
    return fused.join(truth, on=["query", "item"], how="semi").select("query", "item", "fused__rank").collect()
