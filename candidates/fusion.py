"""Fusion weights, found on the valid fold's `tune` part: how far each member is to be believed on this log."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl

from candidates.union import RANK_OFFSET
from data.schema import TYPES
from evaluation.recall import TOTAL_WEIGHTS

GRID = (0.0, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 2.5, 4.0, 8.0)
TOP = 20
Floats = npt.NDArray[np.float64]


def tune_weights(
    united: pl.DataFrame, labels: pl.DataFrame, members: Sequence[str], rounds: int = 2
) -> dict[str, float]:
    """Fusion weights by coordinate ascent on recall@20.

    Parameters
    ----------
    united
        The united proposals of the tuning queries.
    labels
        LABELS of the same queries.
    members
        The members to weigh.
    rounds
        Passes over the members; the ascent ends early when a pass gains nothing.

    Returns
    -------
    dict
        A weight a member. All 1 where there is nothing to learn from.
    """
    weights = dict.fromkeys(members, 1.0)
    rows = united.sort("query", "item")
    gains = _gains(rows, labels)
    if not gains.any():
        return weights
    votes = 1 / (
        RANK_OFFSET + rows.select(pl.col(f"{m}__rank").cast(pl.Float64) for m in members).fill_null(np.inf).to_numpy()
    )
    queries = rows["query"].to_numpy()
    best = _reached(votes @ np.array(list(weights.values())), queries, gains)
    for _ in range(rounds):
        before = best
        for member, value in product(members, GRID):
            trial = weights | {member: value}
            if not any(trial.values()):
                continue
            reached = _reached(votes @ np.array(list(trial.values())), queries, gains)
            if reached > best + 1e-12:
                best, weights = reached, trial
        if best == before:
            break
    return weights


def _gains(rows: pl.DataFrame, labels: pl.DataFrame) -> Floats:
    """What a row adds to the weighted recall if it is among its query's first 20."""
    gain = np.zeros(rows.height)
    worth = _worth(labels)
    for name in TYPES:
        hits = labels.filter(pl.col("type") == name).select("query", "item", hit=pl.lit(1.0))
        found = rows.select("query", "item").join(hits, on=["query", "item"], how="left", maintain_order="left")
        gain += worth.get(name, 0.0) * found["hit"].fill_null(0.0).to_numpy()
    return gain


def _worth(labels: pl.DataFrame) -> Mapping[str, float]:
    """What one hit of a type adds: the type's share in the total over its number of reachable labels."""
    reachable = (
        labels.group_by("query", "type")
        .agg(pl.len().clip(upper_bound=TOP).alias("n"))
        .group_by("type")
        .agg(pl.col("n").sum())
    )
    return {row["type"]: TOTAL_WEIGHTS[row["type"]] / row["n"] for row in reachable.to_dicts()}


def _reached(scores: Floats, queries: npt.NDArray[np.uint32], gains: Floats) -> float:
    order = np.lexsort((np.arange(len(scores)), -scores, queries))
    sorted_queries = queries[order]
    starts = np.flatnonzero(np.r_[True, sorted_queries[1:] != sorted_queries[:-1]])
    place = np.arange(len(scores)) - np.repeat(starts, np.diff(np.r_[starts, len(scores)]))
    return float(gains[order][place < TOP].sum())
