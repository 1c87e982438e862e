"""What word2vec takes on a log's own tables, and what its neighbours find, as settings change.

Run after `python -m benchmarks.scale --fraction 0.03 --stage valid/fold`:
`python -m benchmarks.word2vec --run artifacts/scale/0.03/run --set negative=5 --set learning_rate=0.025`. It learns
from what lies before the valid fold, with the settings of configs/otto.yaml but for those that are given, and is asked
some of that fold's questions. With `--whole` it learns from all of the log, and is asked nothing: that is what a run's
last fold takes.
"""

import argparse
import sys
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl
import yaml

from benchmarks.fitting import fitted_on, otto_sources
from benchmarks.given import RUN, run_with
from benchmarks.scale import machine
from candidates.source import Fitted
from candidates.sources.word2vec import Word2Vec
from data.sampling import some_queries
from data.tables import scan

QUERIES, SALT, PLACES = 30_000, 1, (20, 60)


def main() -> int:
    """Fit it once; print what it took and what it found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=run_with("valid/fold"), required=True, help=RUN)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the source")
    parser.add_argument("--whole", action="store_true", help="learn from all of the log")
    asked = parser.parse_args()
    given = dict(one.split("=", 1) for one in asked.set)
    usual: Word2Vec = otto_sources().word2vec
    source = replace(usual, **{name: yaml.safe_load(value) for name, value in given.items()})
    events = scan(asked.run / "log" / "events")
    past = events if asked.whole else events.filter(pl.col("ts") < _begin(asked.run))
    with tempfile.TemporaryDirectory(dir=asked.run) as folder:
        fitted, taken = fitted_on(source, past, Path(folder))
        print(f"{asked.set}: {taken}", flush=True)
        for name, found in ({} if asked.whole else _found(source, fitted, asked.run)).items():
            print(f"{name}: {found:.4f}")
    print(machine())
    return 0


def _begin(run: Path) -> datetime:
    """When the valid fold begins: its first event that is asked."""
    begin: datetime = scan(run / "valid/fold/prefixes").select(pl.col("ts").min()).collect().item()
    return begin


def _found(source: Word2Vec, fitted: Fitted, run: Path) -> dict[str, float]:
    """recall@K of the next clicks, by member."""
    clicks = scan(run / "valid/fold/labels").filter(pl.col("type") == "clicks")
    queries = some_queries(clicks.select("query").unique(), QUERIES, SALT)
    labels = clicks.join(queries, on="query", how="semi").collect()
    prefixes = scan(run / "valid/fold/prefixes").join(queries, on="query", how="semi", maintain_order="left")
    lists = {name: table.collect() for name, table in source.recall(prefixes, fitted, max(PLACES)).items()}
    return {
        f"{name}, clicks within {k}": labels.join(
            one.filter(pl.col("rank") <= k), on=["query", "item"], how="semi"
        ).height
        / labels.height
        for name, one in lists.items()
        for k in PLACES
    }


if __name__ == "__main__":
    sys.exit(main())
