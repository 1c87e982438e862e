"""Sources propose, fusion orders: CANDIDATES of one shard."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from candidates.fusion import Fusion
from candidates.fusion_tuning import tune_fusion
from candidates.source import Fitted, LearningSource, Source
from candidates.union import members_of, unite
from data.keys import mix
from data.schema import CandidateKeys, check_wide
from data.tables import scan, shard_file, write
from pipeline.tasks.training import load_scorer, save_trained
from ranker.first_stage import FirstStage, reorder

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


@dataclass(frozen=True)
class TuningQueries:
    """Queries of the valid fold's `tune` part, drawn by hash.

    Parameters
    ----------
    fold
        The fold's folder.
    most
        How many at most.
    """

    fold: Path
    most: int

    def read(self) -> tuple[pl.LazyFrame, pl.LazyFrame]:
        """PREFIXES and LABELS."""
        tune = scan(self.fold / "queries").filter(pl.col("part") == "tune").select("query")
        chosen = tune.sort(mix(pl.col("query").cast(pl.UInt64), SALT), "query").head(self.most).collect().lazy()
        prefixes, labels = (scan(self.fold / t).join(chosen, on="query", how="semi") for t in ("prefixes", "labels"))
        return prefixes, labels


def build_learnt(into: Path, *, source: LearningSource, queries: TuningQueries) -> dict[str, Any]:
    """Write fields.json: what a source has found for its fields."""
    found = source.learn(*queries.read())
    (into / "fields.json").write_text(json.dumps(found, indent=1) + "\n")
    return found


def build_fusion(
    into: Path,
    *,
    queries: TuningQueries,
    sources: Sequence[Source],
    fitted: Mapping[str, Fitted],
    per_source: int,
    first_stage: FirstStage | None,
) -> dict[str, Any]:
    """Write fusion.json, and the first stage's model if there is one to learn: how candidates are put in order."""
    prefixes, labels = queries.read()
    united, truth = propose(prefixes, sources, fitted, per_source).collect(), labels.collect()
    fusion = tune_fusion(united, truth, members_of(united))
    (into / "fusion.json").write_text(json.dumps(asdict(fusion), indent=1) + "\n")
    about: dict[str, Any] = {"queries": united["query"].n_unique(), **asdict(fusion)}
    trained = first_stage.learn(fusion(united.lazy()).collect(), truth) if first_stage else None
    if trained:
        save_trained(trained, into)
        about["first_stage"] = trained.about
    return about


def read_fusion(folder: Path) -> Fusion:
    """The fusion that `build_fusion` found."""
    return Fusion(**json.loads((folder / "fusion.json").read_text()))


def build_candidates(
    into: Path,
    *,
    fold: Path,
    shard: int,
    sources: Sequence[Source],
    fitted: Mapping[str, Fitted],
    per_source: int,
    order: Path,
    threads: int,
) -> dict[str, Any]:
    """Write NNN.parquet: CANDIDATES of one shard, all of them, in fused order or the first stage's."""
    fusion = read_fusion(order)
    scorer = load_scorer(order) if (order / "model.txt").is_file() else None
    prefixes = pl.scan_parquet(shard_file(fold / "prefixes", shard))
    queries = pl.read_parquet(shard_file(fold / "queries", shard))["query"]
    pieces = []
    for first in range(0, max(len(queries), 1), QUERIES_AT_ONCE):
        some = queries[first : first + QUERIES_AT_ONCE].to_frame().lazy()
        mine = prefixes.join(some, on="query", how="semi", maintain_order="left")
        fused = fusion(propose(mine, sources, fitted, per_source)).collect()
        pieces.append(reorder(fused, scorer, threads) if scorer else fused)
    table = check_wide(pl.concat(pieces), CandidateKeys)
    return {"candidates": write(table, shard_file(into, shard))}
