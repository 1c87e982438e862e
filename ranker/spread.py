"""Trees grown by many machines at once, for more rows than one can hold: LightGBM's own ranker on Dask.

It stops by nothing and watches nothing there, so the number of trees comes from a fit on one machine, on a sample of
whole queries. Which machine holds which rows is Dask's to say, and the sums of floats follow it: this is the one
product whose bytes are not the same in every run.
"""

import contextlib
import io
import logging
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import polars as pl

from data.errors import AisleError
from data.keys import mix
from data.tables import read_whole, scan_all
from ranker.dataset import ORDER, lengths_of, matrix, prior_scores
from ranker.lambdarank import (
    LambdaRank,
    Scorer,
    Trained,
    features_of,
    gains_of,
    parameters_of,
    thinned,
    train,
    with_hits,
)
from ranker.recall_measure import recall_measure

SALT = 9
STEPS = 1_000_000
LOST_AFTER = 2
"""Minutes for which LightGBM's machines wait for each other."""
Part = tuple[npt.NDArray[np.float32], npt.NDArray[np.int32], npt.NDArray[np.int64], npt.NDArray[np.float64]]
"""Features (rows, columns), each row's relevance, each query's rows, and where each row starts."""


def sample_of(rows: pl.LazyFrame, most: int) -> pl.LazyFrame:
    """Whole queries of about so many rows, by hash; all where there are no more."""
    share = most / max(1, int(rows.select(pl.len()).collect().item()))
    return (
        rows if share >= 1 else rows.filter(mix(pl.col("query").cast(pl.UInt64), SALT) % STEPS < round(share * STEPS))
    )


def read_part(file: str, objective: str, ranker: LambdaRank, parts: Sequence[str]) -> Part:
    """One file's rows as LightGBM takes them, whole queries that have a hit.

    Parameters
    ----------
    file
        FEATURES with part and labels; holds all rows of each of its queries.
    objective, ranker
        As in `ranker.lambdarank.train`.
    parts
        Which parts of the fold are learnt from.
    """
    rows = read_whole(Path(file)).lazy()
    learnt = with_hits(rows.filter(pl.col("part").cast(pl.String).is_in(list(parts))), objective)
    some = thinned(learnt, ranker.negative_share).collect().sort(ORDER)
    return (
        matrix(some, features_of(rows)),
        some["relevance"].to_numpy().astype(np.int32),
        lengths_of(some)["len"].to_numpy().astype(np.int64),
        prior_scores(some, ranker.prior),
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
        Dask's, whose workers learn.

    Raises
    ------
    AisleError
        If a worker is lost meanwhile.
    """
    rows = scan_all(files)
    sampled = train(sample_of(rows, most), objective, ranker)
    rounds, names = sampled.about["rounds"], sampled.features
    by_stop = sampled.about["stopped_by"] == "stop part"
    if rounds == 0:
        return sampled
    parts = ("fit",) if by_stop else ("fit", "stop")
    try:
        booster, counted = _grown(files, objective, ranker, parts, rounds, client)
    except (lgb.basic.LightGBMError, OSError) as error:
        raise AisleError(
            f"the ranker of {objective} was learnt by all workers, and one of them was lost ({error}); the same "
            "command goes on where this run stopped."
        ) from error
    told = {**sampled.about, **counted, "rounds": booster.num_trees(), "sampled_queries": sampled.about["queries"]}
    trained = Trained(booster, names, told)
    return replace(trained, about=told | {"stop_recall@20": _reached(rows, objective, trained)}) if by_stop else trained


def _grown(
    files: Sequence[Path],
    objective: str,
    ranker: LambdaRank,
    parts: Sequence[str],
    rounds: int,
    client: Any,  # noqa: ANN401
) -> tuple[lgb.Booster, dict[str, int]]:
    import dask.array as da  # noqa: PLC0415 - only where it is asked for

    futures = [client.submit(read_part, str(file.absolute()), objective, ranker, parts, pure=False) for file in files]
    shapes = client.gather(client.map(_shape, futures, pure=False))
    held = [(future, shape) for future, shape in zip(futures, shapes, strict=True) if shape[0]]

    def column(number: int, kind: type, shape_of: Any) -> Any:  # noqa: ANN401 - Dask's array
        pieces = [
            da.from_delayed(client.submit(_piece, part, number, pure=False), shape_of(shape), kind)
            for part, shape in held
        ]
        return da.concatenate(pieces)

    features = column(0, np.float32, lambda shape: shape[:2])
    labels, starts = (
        column(number, kind, lambda shape: shape[:1]) for number, kind in ((1, np.int32), (3, np.float64))
    )
    groups = column(2, np.int64, lambda shape: shape[2:])
    settings = {**ranker.boosting.parameters(), **parameters_of(objective, ranker), "time_out": LOST_AFTER}
    _ = settings.pop("metric"), settings.pop("num_threads")  # of which Dask's workers have their own
    model = lgb.DaskLGBMRanker(client=client, n_estimators=rounds, tree_learner="data", **settings)
    client.run(_silence)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):  # LightGBM prints its ports
        warnings.filterwarnings("ignore", "Parameter n_jobs will be ignored")  # which nobody has given
        model.fit(features, labels, group=groups, init_score=starts if ranker.prior else None)
    text = model.booster_.model_to_string()
    return lgb.Booster(model_str=text), {
        "queries": sum(shape[2] for _, shape in held),
        "rows": sum(shape[0] for _, shape in held),
    }


def _silence() -> None:
    """Let LightGBM print nothing in a worker, whose output may be the command's own."""
    lgb.register_logger(logging.getLogger("lightgbm"))


def _shape(part: Part) -> tuple[int, int, int]:
    """Rows, features, queries."""
    return (*part[0].shape, len(part[2]))


def _piece(part: Part, number: int) -> npt.NDArray[Any]:
    return part[number]


def _reached(rows: pl.LazyFrame, objective: str, trained: Trained) -> float:
    """recall@20 on the `stop` part, which no tree has learnt from."""
    stop = with_hits(rows.filter(pl.col("part") == "stop"), objective).collect().sort(ORDER)
    scorer = Scorer(trained.booster, trained.features, trained.about["prior"])
    return float(recall_measure(stop.select(*ORDER, "relevance"), gains_of(objective))(scorer(stop, 1)))
