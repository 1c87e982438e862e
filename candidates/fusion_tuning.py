"""Fusion's weights and offset, found on the valid fold's `tune` part: how far each member is to be believed."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.optimize import minimize

from candidates.fusion import Fusion
from data.schema import TYPES
from evaluation.recall import TOTAL_WEIGHTS

OFFSETS = (3.0, 5.0, 10.0, 20.0, 40.0, 60.0)
SHRINKAGE = 1e-3  # of the squared weights; keeps them finite where a member is never wrong
TOP = 20
Floats = npt.NDArray[np.float64]


class Lists(NamedTuple):
    """Queries one after the other: each member's ranks (inf where it is silent), a row's gain, where queries start."""

    ranks: Floats
    gains: Floats
    starts: npt.NDArray[np.int64]


def tune_fusion(united: pl.DataFrame, labels: pl.DataFrame, members: Sequence[str]) -> Fusion:
    """Weights by maximum likelihood, the offset by recall@20.

    For each offset of a small grid the weights are those of a conditional logit: each label is a choice among its
    query's candidates, whose utility is the fused score (McFadden 1974, "Conditional logit analysis of qualitative
    choice behavior"). It is convex, so nothing depends on where the search starts.

    Parameters
    ----------
    united
        The united proposals of the tuning queries.
    labels
        LABELS of the same queries.
    members
        The members to weigh.

    Returns
    -------
    Fusion
        The largest weight is 1. All are 1 where there is nothing to learn from.
    """
    lists = _lists(united.sort("query", "item"), labels, members)
    if not lists.gains.any():
        return Fusion(dict.fromkeys(members, 1.0))
    fusions = [_weighed(lists, members, offset) for offset in OFFSETS]
    reached = [_reached(lists, fusion) for fusion in fusions]
    return fusions[int(np.argmax(reached))]


def gains_of(rows: pl.DataFrame, labels: pl.DataFrame) -> Floats:
    """What each (query, item) adds to the weighted recall@20 if it is among its query's first 20."""
    gain = np.zeros(rows.height)
    for name, worth in _worth(labels).items():
        hits = labels.filter(pl.col("type") == name).select("query", "item", hit=pl.lit(1.0))
        found = rows.select("query", "item").join(hits, on=["query", "item"], how="left", maintain_order="left")
        gain += worth * found["hit"].fill_null(0.0).to_numpy()
    return gain


def _lists(rows: pl.DataFrame, labels: pl.DataFrame, members: Sequence[str]) -> Lists:
    ranks = rows.select(pl.col(f"{m}__rank").cast(pl.Float64).fill_null(np.inf) for m in members).to_numpy()
    queries = rows["query"].to_numpy()
    starts = np.flatnonzero(np.r_[True, queries[1:] != queries[:-1]])
    return Lists(ranks, gains_of(rows, labels), starts[: len(queries)])


def _weighed(lists: Lists, members: Sequence[str], offset: float) -> Fusion:
    """The likeliest weights at one offset."""
    useful = _with_a_hit(lists)
    votes = (1 + offset) / (offset + useful.ranks)  # 1 at the first rank, whatever the offset
    begin: Any = np.zeros(votes.shape[1])
    found = minimize(_loss, begin, (votes, useful), jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(begin))
    weights = np.round(found.x / max(found.x.max(), 1e-12), 4)
    shares = weights.tolist() if weights.any() else [1.0] * len(weights)
    return Fusion(dict(zip(members, shares, strict=True)), offset)


def _with_a_hit(lists: Lists) -> Lists:
    lengths = np.diff(np.r_[lists.starts, len(lists.gains)])
    hit = np.add.reduceat(lists.gains, lists.starts) > 0
    rows = np.repeat(hit, lengths)
    starts = np.cumsum(np.r_[0, lengths[hit]])[:-1]
    return Lists(lists.ranks[rows], lists.gains[rows] / lists.gains.sum(), starts)


def _loss(weights: Floats, votes: Floats, lists: Lists) -> tuple[float, Floats]:
    """The labels' mean negative log-likelihood with shrinkage, and its slope."""
    starts, lengths = lists.starts, np.diff(np.r_[lists.starts, len(lists.gains)])
    utility = np.einsum("rm,m->r", votes, weights)  # not through BLAS, whose sums depend on its threads
    highest = np.maximum.reduceat(utility, starts)
    shares = np.exp(utility - np.repeat(highest, lengths))
    sums = np.add.reduceat(shares, starts)
    gain = np.add.reduceat(lists.gains, starts)
    slope = np.einsum("rm,r->m", votes, shares * np.repeat(gain / sums, lengths) - lists.gains)
    loss = gain @ (np.log(sums) + highest) - lists.gains @ utility
    return float(loss + SHRINKAGE * (weights @ weights)), slope + 2 * SHRINKAGE * weights


def _worth(labels: pl.DataFrame) -> Mapping[str, float]:
    """What one hit of a type adds: the type's share in the total over its number of reachable labels."""
    reachable = (
        labels.group_by("query", "type")
        .agg(pl.len().clip(upper_bound=TOP).alias("n"))
        .group_by("type")
        .agg(pl.col("n").sum())
    )
    counts = {row["type"]: row["n"] for row in reachable.to_dicts()}
    return {name: TOTAL_WEIGHTS[name] / counts[name] for name in TYPES if name in counts}


def _reached(lists: Lists, fusion: Fusion) -> float:
    """The weighted recall@20 of a fusion's order, ties by item."""
    scores = np.einsum("rm,m->r", 1 / (fusion.offset + lists.ranks), np.array(list(fusion.weights.values())))
    lengths = np.diff(np.r_[lists.starts, len(scores)])
    order = np.lexsort((np.arange(len(scores)), -scores, np.repeat(np.arange(len(lengths)), lengths)))
    place = np.arange(len(scores)) - np.repeat(lists.starts, lengths)
    return float(lists.gains[order][place < TOP].sum())
