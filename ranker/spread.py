"""Trees grown by many machines at once, for more rows than one can hold.

LightGBM watches nothing there and grows as many as it is told, so the number of trees is found afterwards, on the
`stop` part; where that is too small to go by, beforehand, by cross-validation on a sample of whole queries. Which
machine holds which rows is Dask's to say, and the sums of floats follow it: this is the one product whose bytes are not
the same in every run.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import lightgbm as lgb
import polars as pl

from data.keys import mix
from data.tables import scan_all
from ranker.lambdarank import LambdaRank, Trained, features_of, relevance, train
from ranker.spread_fit import grow
from ranker.spread_stop import best_round, stop_curve
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
        Rows that one machine holds: of about so many is a sample, where it is needed.
    client
        Dask's, whose workers learn; it asks for nothing else meanwhile.

    Raises
    ------
    AisleError
        As `ranker.together.together` does, if workers are lost meanwhile.
    """
    rows = scan_all(files)
    if _watched(rows, objective) >= ranker.min_stop_queries:
        return _cut_back(files, objective, ranker, client)
    sampled = train(sample_of(rows, most), objective, ranker)
    if sampled.about["rounds"] == 0:
        return sampled
    booster, counted = _grown(files, objective, ranker, ("fit", "stop"), sampled.about["rounds"], client)
    about = {**sampled.about, **counted, "rounds": booster.num_trees(), "sampled_queries": sampled.about["queries"]}
    return replace(sampled, booster=booster, about=about)


def _watched(rows: pl.LazyFrame, objective: str) -> int:
    """Queries of the `stop` part with a hit."""
    stop = rows.filter((pl.col("part") == "stop") & (relevance(objective) > 0))
    return int(stop.select(pl.col("query").n_unique()).collect().item())


def _cut_back(files: Sequence[Path], objective: str, ranker: LambdaRank, client: Any) -> Trained:  # noqa: ANN401
    """As many trees as may grow, cut back to where `stop` was best."""
    booster, counted = _grown(files, objective, ranker, ("fit",), ranker.boosting.rounds, client)
    features = features_of(scan_all(files))
    curve = stop_curve(files, objective, booster, features, ranker.prior)
    rounds = best_round(curve, ranker.boosting.patience)
    about = {
        "objective": objective,
        "prior": ranker.prior,
        "stop_recall@20": float(curve[rounds - 1]),
        "stopped_by": "stop part",
        **counted,
        "rounds": rounds,
    }
    return Trained(lgb.Booster(model_str=booster.model_to_string(num_iteration=rounds)), features, about)


def _grown(
    files: Sequence[Path],
    objective: str,
    ranker: LambdaRank,
    parts: Sequence[str],
    rounds: int,
    client: Any,  # noqa: ANN401
) -> tuple[lgb.Booster, dict[str, int]]:
    return together(client, lambda: grow(files, objective, ranker, parts, rounds, client), f"the ranker of {objective}")
