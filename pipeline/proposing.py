"""Sources propose, fusion orders: CANDIDATES of one shard."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from candidates.fusion import tune_weights
from candidates.source import Fitted, Source
from candidates.union import fuse, members_of, unite
from data.keys import mix
from data.schema import CandidateKeys, check_wide
from pipeline.tables import scan, shard_file, write

QUERIES_AT_ONCE = 20_000
SALT = 6


def propose(
    prefixes: pl.LazyFrame, sources: Sequence[Source], fitted: Mapping[str, Fitted], per_source: int
) -> pl.LazyFrame:
    """The united proposals of all sources (see `candidates.union.unite`)."""
    proposals: dict[str, pl.LazyFrame] = {}
    for source in sources:
        proposals |= source.recall(prefixes, fitted[source.name], per_source)
    return unite(proposals)


def build_weights(
    into: Path,
    *,
    fold: Path,
    sources: Sequence[Source],
    fitted: Mapping[str, Fitted],
    per_source: int,
    most_queries: int,
) -> dict[str, Any]:
    """Write weights.json: how fusion weighs the members, found on the valid fold's `tune` part."""
    tune = scan(fold / "queries").filter(pl.col("part") == "tune").select("query")
    chosen = tune.sort(mix(pl.col("query").cast(pl.UInt64), SALT), "query").head(most_queries).collect().lazy()
    prefixes, labels = (scan(fold / t).join(chosen, on="query", how="semi") for t in ("prefixes", "labels"))
    united = propose(prefixes, sources, fitted, per_source).collect()
    weights = tune_weights(united, labels.collect(), members_of(united))
    (into / "weights.json").write_text(json.dumps(weights, indent=1) + "\n")
    return {"queries": chosen.collect().height, "weights": weights}


def build_candidates(
    into: Path,
    *,
    fold: Path,
    shard: int,
    sources: Sequence[Source],
    fitted: Mapping[str, Fitted],
    per_source: int,
    weights: Path,
) -> dict[str, Any]:
    """Write NNN.parquet: CANDIDATES of one shard, all of them, in fused order."""
    shares = json.loads((weights / "weights.json").read_text())
    prefixes = pl.scan_parquet(shard_file(fold / "prefixes", shard))
    queries = pl.read_parquet(shard_file(fold / "queries", shard))["query"]
    pieces = []
    for first in range(0, max(len(queries), 1), QUERIES_AT_ONCE):
        some = queries[first : first + QUERIES_AT_ONCE].to_frame().lazy()
        mine = prefixes.join(some, on="query", how="semi", maintain_order="left")
        pieces.append(fuse(propose(mine, sources, fitted, per_source), shares).collect())
    table = check_wide(pl.concat(pieces), CandidateKeys)
    return {"candidates": write(table, shard_file(into, shard))}
