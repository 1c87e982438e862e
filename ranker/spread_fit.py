"""LightGBM's own ranker on Dask: the trees that all workers grow together from the rows of files."""

import contextlib
import io
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import polars as pl

from data.tables import read_whole
from ranker.dataset import ORDER, lengths_of, matrix, prior_scores
from ranker.lambdarank import LambdaRank, features_of, parameters_of, thinned, with_hits

Part = tuple[npt.NDArray[np.float32], npt.NDArray[np.int32], npt.NDArray[np.int64], npt.NDArray[np.float64]]
"""Features (rows, columns), each row's relevance, each query's rows, and where each row starts."""


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


def grow(
    files: Sequence[Path],
    objective: str,
    ranker: LambdaRank,
    parts: Sequence[str],
    rounds: int,
    client: Any,  # noqa: ANN401 - Dask's
) -> tuple[lgb.Booster, dict[str, int]]:
    """Grow so many trees on all workers of a cluster.

    Parameters
    ----------
    files, objective, ranker, parts
        As in `read_part`; the workers can read the files, and a query lies in one of them.
    rounds
        How many trees.
    client
        Dask's, whose workers learn.

    Returns
    -------
    tuple
        The trees; the queries and rows that they have learnt from.
    """
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
    settings = {**ranker.boosting.parameters(), **parameters_of(objective, ranker)}
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
    """Let LightGBM print nothing in a worker, whose output may be the command's own.

    Each of its threads has a level and a logger of its own, one that it starts itself too: so it is the file.
    """
    with Path(os.devnull).open("w") as nothing:
        os.dup2(nothing.fileno(), 1)


def _shape(part: Part) -> tuple[int, int, int]:
    """Rows, features, queries."""
    return (*part[0].shape, len(part[2]))


def _piece(part: Part, number: int) -> npt.NDArray[Any]:
    return part[number]
