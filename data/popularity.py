"""Popular items, and lists filled up with them."""

import polars as pl

TOP = 20
"""How deep lists are measured, and how long they are by default."""

MOST_TOP = 1_000
"""The longest list that can be asked for."""

DEEP = 10_000
"""Popular items that are kept where some are left out visitor by visitor."""


def rank_type(n: int) -> pl.DataType:
    """The type of ranks up to `n` as they leave."""
    return pl.UInt8() if n < 2**8 else pl.UInt16()


def popular_items(history: pl.LazyFrame, n: int) -> pl.LazyFrame:
    """The `n` items with most events in the history, ties by item: item, place (from 0)."""
    counts = history.group_by("item").agg(times=pl.len())
    top = counts.sort("times", "item", descending=[True, False]).head(n)
    return top.select("item", place=pl.int_range(pl.len(), dtype=pl.UInt32))


def fill_up(lists: pl.LazyFrame, queries: pl.LazyFrame, popular: pl.LazyFrame, n: int = TOP) -> pl.LazyFrame:
    """Lengthen every query's list to `n` distinct items with the popular items that it lacks.

    Parameters
    ----------
    lists
        query, item, rank from 1 without gaps, items distinct within a query.
    queries
        frame(query): all that must have a list.
    popular
        `popular_items`, at least 2 n of them where the catalogue has as many.
    n
        The length wanted.

    Returns
    -------
    pl.LazyFrame
        query, item, rank u16, filled (bool); sorted by (query, rank); at most `n` a query, fewer only where the
        catalogue ends.
    """
    own = lists.filter(pl.col("rank") <= n).select("query", "item", pl.col("rank").cast(pl.UInt32))
    lengths = own.group_by("query").agg(length=pl.len())
    short = queries.select("query").join(lengths, on="query", how="left").with_columns(pl.col("length").fill_null(0))
    fillers = (
        short.filter(pl.col("length") < n)
        .join(popular, how="cross")
        .join(own, on=["query", "item"], how="anti")
        .sort("query", "place")
        .with_columns(rank=pl.col("length") + pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over("query"))
        .filter(pl.col("rank") <= n)
        .select("query", "item", "rank", filled=pl.lit(True))
    )
    both = pl.concat([own.with_columns(filled=pl.lit(False)), fillers])
    return both.sort("query", "rank").with_columns(pl.col("rank").cast(pl.UInt16))
