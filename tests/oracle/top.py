"""The top 20 by Polars expressions: what `ranker.top` says with arrays."""

import polars as pl

from data.popularity import TOP, fill_up
from data.schema import TypeEnum
from data.top import top_k


def rank_top(pairs, scores, queries, popular):
    """RANKED of query, item, fused__rank with a score a row for each objective."""
    lists = []
    for objective, values in scores.items():
        scored = pairs.lazy().select("query", "item", "fused__rank").with_columns(score=pl.Series(values))
        best = top_k(scored, TOP, tie="fused__rank")
        filled = fill_up(best, queries, popular).join(
            best.select("query", "item", "score"), on=["query", "item"], how="left", validate="1:1"
        )
        named = filled.with_columns(type=pl.lit(objective).cast(TypeEnum))
        lists.append(named.select("query", "type", "item", "rank", "score"))
    return pl.concat(lists).sort("query", "type", "rank").collect()
