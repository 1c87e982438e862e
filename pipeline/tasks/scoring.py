"""Rankers score the test fold, shard by shard, into RANKED and the shop's own keys."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from data.schema import Ranked
from data.tables import scan, scan_all, shard_file, write
from pipeline.tasks.describing import Described
from pipeline.tasks.training import load_scorer
from ranker.answers import recommendations, submission
from ranker.top import rank_top

QUERIES_AT_ONCE = 4_000


def build_ranked(
    into: Path, *, source: Described, shard: int, models: Mapping[str, Path], threads: int
) -> dict[str, Any]:
    """Write NNN.parquet: RANKED of one shard.

    Parameters
    ----------
    into
        The folder to write.
    source
        What the features are made from.
    shard
        Its number.
    models
        The folder of the model that serves each trained objective.
    threads
        Fixed, for the same sums in every run.
    """
    scorers = {objective: load_scorer(path) for objective, path in models.items()}
    popular = pl.scan_parquet(source.history_tables / "popular.parquet")
    queries = pl.read_parquet(shard_file(source.fold / "queries", shard)).select("query")
    pieces = [pl.DataFrame(Ranked.create_empty())]
    for first in range(0, queries.height, QUERIES_AT_ONCE):
        some = queries.slice(first, QUERIES_AT_ONCE).lazy()
        rows = source.some(some, shard).collect()
        scores = {objective: scorer(rows, threads) for objective, scorer in scorers.items()}
        pieces.append(rank_top(rows, scores, some, popular).collect())
    ranked = Ranked.validate(pl.concat(pieces), cast=True)
    return {"rows": write(ranked.sort("query", "type", "rank"), shard_file(into, shard))}


def build_answers(into: Path, *, ranked: Sequence[Path], fold: Path, items: Path, otto: bool) -> dict[str, Any]:
    """Write ranked.parquet, recommendations.parquet in the shop's keys and, for OTTO, submission.csv."""
    table = scan_all(ranked).sort("query", "type", "rank").collect()
    queries, catalogue = scan(fold / "queries"), pl.scan_parquet(items)
    about = {"rows": write(table, into / "ranked.parquet")}
    write(recommendations(table.lazy(), queries, catalogue), into / "recommendations.parquet")
    if otto:
        submission(table.lazy(), queries, catalogue).collect().write_csv(into / "submission.csv")
    return about
