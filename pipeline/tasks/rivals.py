"""The orders that are measured side by side: the ranked lists, and what a user could have without a ranker."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from data.popularity import TOP
from data.schema import TYPES
from data.tables import scan
from evaluation.baselines import revisit_popular

NAMES = ("ranked", "fused", "best_source", "revisit_popular")
ALL = pl.col("query") >= 0


def rivals(
    fold: Path,
    proposed: pl.LazyFrame,
    popular: Path,
    ranked: Path,
    best: Mapping[str, str],
    depth: int,
    some: pl.Expr = ALL,
) -> dict[str, pl.LazyFrame]:
    """Every order by its name: query, item, rank and, where lists differ by type, type.

    Parameters
    ----------
    fold, proposed, popular, ranked, depth, some
        See `plain_orders`.
    best
        The best single source of each type.
    """
    proposed = proposed.filter(some)
    alone = [_member(proposed, best[t], depth).with_columns(type=pl.lit(t).cast(pl.Enum(TYPES))) for t in TYPES]
    made = plain_orders(fold, proposed, popular, ranked, depth, some) | {"best_source": pl.concat(alone)}
    return {name: made[name] for name in NAMES}


def plain_orders(
    fold: Path, proposed: pl.LazyFrame, popular: Path, ranked: Path, depth: int, some: pl.Expr = ALL
) -> dict[str, pl.LazyFrame]:
    """The orders that need no labels: ranked, fused, revisit_popular.

    Parameters
    ----------
    fold, popular, ranked
        The folders of the scored fold, the popular items and the answers.
    proposed
        The fold's CANDIDATES.
    depth
        How deep lists go.
    some
        A condition on `query`: whose orders.
    """
    queries, items = scan(fold / "queries").filter(some), scan(popular / "popular.parquet")
    baseline = revisit_popular(scan(fold / "prefixes").filter(some), queries, items, depth).collect().lazy()
    return {
        "ranked": scan(ranked / "ranked.parquet").filter(some),
        "fused": proposed.filter(some).select("query", "item", rank="fused__rank").filter(pl.col("rank") <= depth),
        "revisit_popular": baseline,
    }


def best_sources(recalls: Mapping[str, Any]) -> dict[str, str]:
    """Per type the member with the highest recall@20, ties in the members' order."""
    members = [name for name in recalls if name != "union"]
    return {name: max(members, key=lambda m: recalls[m][f"recall@{TOP}"][name] or 0.0) for name in TYPES}


def _member(candidates: pl.LazyFrame, member: str, depth: int) -> pl.LazyFrame:
    return candidates.select("query", "item", rank=f"{member}__rank").filter(pl.col("rank") <= depth)
