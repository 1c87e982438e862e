"""RANKED: each query's best 20 by an objective's scores."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from data.popularity import TOP, fill_up
from data.schema import TypeEnum
from data.top import top_k


def rank_top(
    pairs: pl.DataFrame,
    scores: Mapping[str, npt.NDArray[np.float64]],
    queries: pl.LazyFrame,
    popular: pl.LazyFrame,
) -> pl.LazyFrame:
    """The top 20 of every query for every scored objective.

    Parameters
    ----------
    pairs
        query, item, fused__rank of the scored candidates; equal scores keep the fused order.
    scores
        Per objective, a score a row of `pairs`.
    queries
        frame(query): all that must have a list.
    popular
        What fills short lists.

    Returns
    -------
    pl.LazyFrame
        RANKED, sorted by (query, type, rank).
    """
    lists = []
    for objective, values in scores.items():
        scored = pairs.lazy().select("query", "item", "fused__rank").with_columns(score=pl.Series(values))
        best = top_k(scored, TOP, tie="fused__rank")
        filled = fill_up(best, queries, popular).join(
            best.select("query", "item", "score"), on=["query", "item"], how="left", validate="1:1"
        )
        named = filled.with_columns(type=pl.lit(objective).cast(TypeEnum))
        lists.append(named.select("query", "type", "item", "rank", "score"))
    return pl.concat(lists).sort("query", "type", "rank")
