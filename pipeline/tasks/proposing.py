"""Sources propose, fusion orders: CANDIDATES of one shard."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from candidates.fusion import Fusion
from candidates.fusion_tuning import tune_fusion
from candidates.proposing import Proposer, open_proposer
from candidates.source import Fitted, LearningSource, Source
from data.keys import mix
from data.schema import CandidateKeys, check_wide
from data.tables import scan, shard_file, write
from data.visible import visible_of
from pipeline.tasks.training import load_scorer, save_trained
from ranker.first_stage import FirstStage, Reordering

QUERIES_AT_ONCE = 20_000
SALT = 6


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
    visible, truth = visible_of(prefixes.collect()), labels.collect()
    proposed = open_proposer(sources, fitted, per_source, Fusion({}))(visible)
    united = proposed.frame(visible.query).drop("fused__rank", "fused__score")
    fusion = tune_fusion(united, truth, proposed.members)
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
    proposer = open_ordered(order, sources, fitted, per_source, threads)
    prefixes = pl.scan_parquet(shard_file(fold / "prefixes", shard))
    queries = pl.read_parquet(shard_file(fold / "queries", shard)).sort("query")
    pieces = []
    for first in range(0, max(len(queries), 1), QUERIES_AT_ONCE):
        some = queries.slice(first, QUERIES_AT_ONCE)
        mine = prefixes.join(some.lazy(), on="query", how="semi").collect()
        visible = visible_of(mine, some)
        pieces.append(proposer(visible).frame(visible.query))
    table = check_wide(pl.concat(pieces, rechunk=True), CandidateKeys)  # a file's pages go by the chunks in memory
    return {"candidates": write(table, shard_file(into, shard))}


def open_ordered(
    order: Path, sources: Sequence[Source], fitted: Mapping[str, Fitted], per_source: int, threads: int
) -> Proposer:
    """The sources and what `build_fusion` found, in memory: proposes for one session or many."""
    stage = Reordering(load_scorer(order), threads) if (order / "model.txt").is_file() else None
    return open_proposer(sources, fitted, per_source, read_fusion(order), stage)
