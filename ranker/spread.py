"""Trees grown by many machines at once, for more rows than one can hold.

LightGBM stops by nothing and watches nothing there, so the number of trees comes from a fit on one machine, on a sample
of whole queries. Which machine holds which rows is Dask's to say, and the sums of floats follow it: this is the one
product whose bytes are not the same in every run.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from data.keys import mix
from data.tables import scan_all
from ranker.dataset import ORDER
from ranker.lambdarank import LambdaRank, Scorer, Trained, gains_of, train, with_hits
from ranker.recall_measure import recall_measure
from ranker.spread_fit import grow
from ranker.together import together

SALT = 9
STEPS = 1_000_000


def sample_of(rows: pl.LazyFrame, most: int) -> pl.LazyFrame:
    """Whole queries of about so many rows, by hash; all where there are no more."""
    share = most / max(1, int(rows.select(pl.len()).collect().item()))
    return (
        rows if share >= 1 else rows.filter(mix(pl.col("query").cast(pl.UInt64), SALT) % STEPS < round(share * STEPS))
    )


def train_spread(files: Sequence[Path], objective: str, ranker: LambdaRank, most: int, client: Any) -> Trained:  # noqa: ANN401 - Dask's
    """Train one objective's model on all workers of a cluster.

    Parameters
    ----------
    files
        Training rows that the workers can read; a query lies in one of them.
    objective, ranker
        As in `ranker.lambdarank.train`.
    most
        Rows that one machine holds: so many are the sample that the number of trees is found on.
    client
        Dask's, whose workers learn; it asks for nothing else meanwhile.

    Raises
    ------
    AisleError
        As `ranker.together.together` does, if workers are lost meanwhile.
    """
    rows = scan_all(files)
    sampled = train(sample_of(rows, most), objective, ranker)
    rounds, names = sampled.about["rounds"], sampled.features
    by_stop = sampled.about["stopped_by"] == "stop part"
    if rounds == 0:
        return sampled
    parts = ("fit",) if by_stop else ("fit", "stop")
    booster, counted = together(
        client, lambda: grow(files, objective, ranker, parts, rounds, client), f"the ranker of {objective}"
    )
    told = {**sampled.about, **counted, "rounds": booster.num_trees(), "sampled_queries": sampled.about["queries"]}
    trained = Trained(booster, names, told)
    return replace(trained, about=told | {"stop_recall@20": _reached(rows, objective, trained)}) if by_stop else trained


def _reached(rows: pl.LazyFrame, objective: str, trained: Trained) -> float:
    """recall@20 on the `stop` part, which no tree has learnt from."""
    stop = with_hits(rows.filter(pl.col("part") == "stop"), objective).collect().sort(ORDER)
    scorer = Scorer(trained.booster, trained.features, trained.about["prior"])
    return float(recall_measure(stop.select(*ORDER, "relevance"), gains_of(objective))(scorer(stop, 1)))
