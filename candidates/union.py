"""CANDIDATES: what all members propose for a query, one row an item, in fused order."""

from collections.abc import Mapping

import polars as pl

RANK_OFFSET = 60
"""The constant of reciprocal-rank fusion (Cormack, Clarke, Buettcher 2009)."""


def unite(proposals: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Bring the members' proposals together.

    Parameters
    ----------
    proposals
        Per member: query, item, rank, score.

    Returns
    -------
    pl.LazyFrame
        query, item, then `<member>__rank` u16 and `<member>__score` f32 for every member in the given order,
        null where it did not propose; one row a (query, item).
    """
    columns = [f"{member}__{kind}" for member in proposals for kind in ("rank", "score")]
    named = [
        frame.select(
            "query", "item", pl.col("rank").alias(f"{member}__rank"), pl.col("score").alias(f"{member}__score")
        )
        for member, frame in proposals.items()
    ]
    return pl.concat(named, how="diagonal").group_by("query", "item").agg(pl.col(c).max() for c in columns)


def fuse(united: pl.LazyFrame, weights: Mapping[str, float]) -> pl.LazyFrame:
    """Order a query's candidates by weighted reciprocal rank.

    Parameters
    ----------
    united
        The output of `unite`.
    weights
        Per member; a member without one counts nothing.

    Returns
    -------
    pl.LazyFrame
        CANDIDATES: the same rows with `fused__rank` u16 and `fused__score` f32, sorted by (query, fused__rank).
    """
    votes = [
        w / (RANK_OFFSET + pl.col(f"{m}__rank").cast(pl.Float64)).fill_null(float("inf")) for m, w in weights.items()
    ]
    score = pl.sum_horizontal(pl.lit(0.0), *votes)
    return (
        united.with_columns(fused__score=score)
        .sort("query", "fused__score", "item", descending=[False, True, False])
        .with_columns(
            pl.int_range(1, pl.len() + 1, dtype=pl.UInt16).over("query").alias("fused__rank"),
            pl.col("fused__score").cast(pl.Float32),
        )
    )


def members_of(candidates: pl.LazyFrame | pl.DataFrame) -> list[str]:
    """The members that a candidates table has columns of."""
    names = candidates.collect_schema().names()
    return [n.removesuffix("__rank") for n in names if n.endswith("__rank") and n != "fused__rank"]
