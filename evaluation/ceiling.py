"""How much of what was wanted each step keeps: candidates, the cut before features, and the ranker's best 20."""

import polars as pl

from data.schema import TYPES
from evaluation.recall import recall_at

KEPT = ("proposed", "described", "listed")
"""The steps: what sources propose, what is left of it to be described and ranked, and what is listed."""


def ceilings(placed: pl.DataFrame, total: int, k: int = 20) -> dict[str, dict[str, float | None]]:
    """recall@k that each step leaves within reach, were all that it keeps ordered perfectly.

    So `proposed` less `described` is what the cut loses, and `described` less `listed` what the ranker does.

    Parameters
    ----------
    placed
        `evaluation.places.places` with `fused`, the place among all candidates, and `ranked`, that in the list.
    total
        How many candidates a query are described and ranked.
    k
        How deep lists are read.

    Returns
    -------
    dict
        step -> type -> fraction; null without labels of the type.
    """
    kept = {
        "proposed": pl.col("fused").is_not_null(),
        "described": pl.col("fused") <= total,
        "listed": pl.col("ranked") <= k,
    }
    return {step: _reachable(placed.lazy(), inside, k) for step, inside in kept.items()}


def recall_curve(placed: pl.LazyFrame, order: str, depths: list[int]) -> dict[str, dict[str, float | None]]:
    """recall@K of an order by type, `K` as text -> type -> fraction or null."""
    labels = placed.select("query", "type", "item")
    ranked = placed.select("query", "type", "item", rank=order).filter(pl.col("rank").is_not_null())
    return {str(k): _by_type(recall_at(ranked, labels, k)) for k in depths}


def _reachable(placed: pl.LazyFrame, inside: pl.Expr, k: int) -> dict[str, float | None]:
    by_query = placed.group_by("query", "type").agg(
        kept=inside.fill_null(False).sum().clip(upper_bound=k), possible=pl.len().clip(upper_bound=k)
    )
    sums = by_query.group_by("type").agg(pl.col("kept").sum(), pl.col("possible").sum()).collect()
    found = {row["type"]: row["kept"] / row["possible"] for row in sums.to_dicts()}
    return {name: found.get(name) for name in TYPES}


def _by_type(recalls: dict[str, float | None]) -> dict[str, float | None]:
    return {name: recalls[name] for name in TYPES}
