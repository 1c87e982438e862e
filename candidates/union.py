"""The union: what all members propose for a query, one row an item."""

from collections.abc import Mapping

import polars as pl


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


def members_of(candidates: pl.LazyFrame | pl.DataFrame) -> list[str]:
    """The members that a candidates table has columns of."""
    names = candidates.collect_schema().names()
    return [n.removesuffix("__rank") for n in names if n.endswith("__rank") and n != "fused__rank"]
