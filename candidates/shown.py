"""Candidates as they would have been seen: the best of what sources propose, and whatever else a list has shown."""

import polars as pl


def with_shown(candidates: pl.DataFrame, shown: pl.DataFrame, total: int) -> pl.DataFrame:
    """CANDIDATES cut to the best, with those that were shown whatever their rank, and shown ones that nobody proposed.

    Parameters
    ----------
    candidates
        CANDIDATES of some queries, all of them.
    shown
        query, item, place (from 1).
    total
        Candidates a query that are described.

    Returns
    -------
    pl.DataFrame
        CANDIDATES, sorted by (query, fused__rank). What no member proposed has null ranks and scores, comes after all
        that was proposed, in the order of its places, and has the lowest fused score among them.
    """
    ends = candidates.group_by("query").agg(last=pl.col("fused__rank").max(), least=pl.col("fused__score").min())
    mine = shown.join(candidates.select("query", "item"), on=["query", "item"], how="anti")
    behind = pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over("query", order_by="place")
    strange = mine.join(ends, on="query", validate="m:1").select(
        "query",
        "item",
        fused__rank=(pl.col("last") + behind).cast(pl.UInt16),
        fused__score=pl.col("least"),
    )
    best = pl.col("fused__rank") <= total
    seen = candidates.join(shown, on=["query", "item"], how="semi").filter(~best)
    table = pl.concat([candidates.filter(best), seen, strange], how="diagonal")
    return table.select(candidates.columns).sort("query", "fused__rank")
