"""The best rows of a group, the same ones in every run."""

import polars as pl


def top_k(scored: pl.LazyFrame, k: int, by: str = "query", tie: str = "item") -> pl.LazyFrame:
    """The best `k` rows of each group by score, ranked from 1.

    Parameters
    ----------
    scored
        `by`, item, score.
    k
        Rows a group at most.
    by
        The grouping column.
    tie
        The column whose smaller value wins where scores are equal.

    Returns
    -------
    pl.LazyFrame
        `by`, item, rank u16, score f32; sorted by (`by`, rank).
    """
    return (
        scored.sort(by, "score", tie, descending=[False, True, False])
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over(by))
        .filter(pl.col("rank") <= k)
        .select(by, "item", pl.col("rank").cast(pl.UInt16), pl.col("score").cast(pl.Float32))
    )
