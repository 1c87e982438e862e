"""Rankers that two workers learn together beside one machine's, from the same rows: whether they are as good.

Run: `python -m benchmarks.spread_recall --rows W/valid/training --objective clicks`, where W is the working directory
of a run. A quarter of the `fit` part's sessions is learnt from by nobody and asked afterwards; measures are of what its
candidates hold, differences are to one machine with the first seed, with 95 % intervals of a paired bootstrap of
sessions. Other seeds of one machine show what noise is. On cores that others use as well set `OMP_WAIT_POLICY=passive`.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table

from data.keys import mix
from data.schema import TYPES
from data.tables import scan, scan_all, write
from evaluation.paired import paired
from evaluation.session_units import MEASURES
from pipeline.store.dask_engine import DaskEngine
from ranker.dataset import ORDER
from ranker.lambdarank import SHARED, LambdaRank, Trained, train
from ranker.spread import train_spread

SALT, SHARES, FILES = 31, 4, 8
RESAMPLES, SEED = 2_000, 1


def main() -> int:
    """Train every way and print measures and differences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--objective", choices=(*TYPES, SHARED), default="clicks")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seeds", type=int, nargs="+", default=[42, 1, 2])
    given = parser.parse_args()
    if not list((given.rows / "rows").glob("*.parquet")):
        parser.error(f"--rows: {given.rows} holds no training rows; name `valid/training` of a run's working directory")
    with tempfile.TemporaryDirectory() as folder, DaskEngine(print, workers=given.workers) as engine:
        files, asked = _split(scan(given.rows / "rows"), Path(folder))
        most = int(scan_all(files).select(pl.len()).collect().item()) // 2  # rows that one machine is said to hold

        found = {f"one machine, seed {n}": train(scan_all(files), given.objective, _seeded(n)) for n in given.seeds}
        with engine.client.as_current():
            for seed in given.seeds:
                trained = train_spread(files, given.objective, _seeded(seed), most, engine.client)
                found[f"{given.workers} workers, seed {seed}"] = trained
        _show(found, asked, given.objective)
    return 0


def _split(rows: pl.LazyFrame, folder: Path) -> tuple[list[Path], pl.DataFrame]:
    """Files of what is learnt from, whole sessions each, and the rows that are asked."""
    drawn = mix(pl.col("session").cast(pl.UInt64), SALT)
    held = (pl.col("part").cast(pl.String) == "fit") & (drawn % SHARES == 0)
    files = [folder / f"{number}.parquet" for number in range(FILES)]
    for number, file in enumerate(files):
        write(rows.filter(~held, drawn // SHARES % FILES == number).collect(), file)
    return files, rows.filter(held).collect().sort(ORDER)


def _seeded(seed: int) -> LambdaRank:
    usual = LambdaRank()
    return replace(usual, boosting=replace(usual.boosting, seed=seed))


def _show(trained: dict[str, Trained], asked: pl.DataFrame, objective: str) -> None:
    table = Table(title=f"{objective}: recall@20 and MRR@20 of {asked['query'].n_unique():,} queries, and differences")
    types = TYPES if objective == SHARED else (objective,)
    shown = [one for one in MEASURES if one in types or (one == "MRR" and "clicks" in types) or objective == SHARED]
    for column in ("", "trees", "rows", *shown):
        table.add_column(column)
    first = _places(next(iter(trained.values())), asked, types, "other")
    for number, (name, one) in enumerate(trained.items()):
        found = _beside(_places(one, asked, types, "this"), first, asked)
        counts = [f"{one.about[key]:,}" for key in ("rounds", "rows")]
        table.add_row(name, *counts, *(_said(found["this"][measure]) for measure in shown))
        if number:
            table.add_row("", "", "", *(_said(found["difference"][measure], interval=True) for measure in shown))
    Console(width=200).print(table)


def _places(trained: Trained, asked: pl.DataFrame, types: Sequence[str], name: str) -> pl.DataFrame:
    """query, type, item and the place of everything that was wanted."""
    scored = asked.select(*ORDER, "item", *types, score=trained.scorer(asked, 2))
    place = pl.col("score").rank("ordinal", descending=True).over("query")  # of equals the first by the fused order
    placed = scored.with_columns(place.cast(pl.UInt16).alias(name)).unpivot(
        types, index=["query", "item", name], variable_name="type", value_name="wanted"
    )
    return placed.filter(pl.col("wanted").cast(pl.Boolean)).select("query", "type", "item", name)


def _beside(this: pl.DataFrame, other: pl.DataFrame, asked: pl.DataFrame) -> dict[str, Any]:
    placed = this.join(other, on=["query", "type", "item"], how="inner", validate="1:1").sort("query", "type", "item")
    sessions = asked.select("query", "session").unique().sort("query")
    return paired(placed, sessions, RESAMPLES, SEED)


def _said(one: dict[str, Any], interval: bool = False) -> str:
    if one["value"] is None:
        return ""
    return f"{one['value']:+.4f} [{one['low']:+.4f}, {one['high']:+.4f}]" if interval else f"{one['value']:.4f}"


if __name__ == "__main__":
    sys.exit(main())
