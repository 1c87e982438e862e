"""Recall as expressions over tables, to compare the kernels with, bit for bit."""

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from candidates.algorithms.revisit_learning import is_waiting
from data.fixed import as_float, fixed, type_weight
from data.top import top_k


def prefix_weights(prefixes, last, decay, weights):
    """What each item of a running session counts: query, item, weight (fixed-point, above 0)."""
    since = pl.col("position").max().over("query") - pl.col("position")
    worth = type_weight(weights)
    weight = fixed(worth * pl.lit(decay).pow(pl.col("since").cast(pl.Int32)))
    return (
        prefixes.with_columns(since=since)
        .filter((pl.col("since") < last) & (worth > 0))
        .group_by("query", "item")
        .agg(weight=weight.clip(lower_bound=1).sum())  # or a long session's first items would round to nothing
    )


def neighbours(prefixes, table, k, *, last, decay, weights):
    """The `k` items with most votes: sum over the prefix of weight x neighbour score."""
    votes = prefix_weights(prefixes, last, decay, weights)
    scored = (
        votes.join(table.select("item", "neighbour", "score"), on="item")
        .group_by("query", item="neighbour")
        .agg(score=(pl.col("weight") * pl.col("score").cast(pl.Float64)).round().cast(pl.Int64).sum())
    )
    return top_k(scored.with_columns(score=as_float(pl.col("score"))), k)


def revisit(prefixes, k, *, decay, weights, waiting):
    """The prefix's distinct items, best first."""
    waits = prefixes.group_by("query", "item").agg(waiting=is_waiting())
    factor = pl.when("waiting").then(waiting).otherwise(1.0)
    scored = (
        prefix_weights(prefixes, 2**31, decay, weights)
        .join(waits, on=["query", "item"], validate="1:1")
        .select("query", "item", score=as_float(pl.col("weight")) * factor)
    )
    return top_k(scored, k)


def of_last_item(prefixes, vectors, table, k):
    """The neighbours of each query's latest item that has a vector."""
    visited = prefixes.join(vectors, on="item", how="semi")
    last = visited.group_by("query").agg(pl.col("item").sort_by("position").last())
    return top_k(last.join(table, on="item").select("query", item="neighbour", score="score"), k)


def session_means(prefixes, table, decay):
    """Queries in ascending order, and the sums of their vectors, where an event weighs decay ^ (events since)."""
    since = pl.col("position").max().over("query") - pl.col("position")
    events = (
        prefixes.select("query", "position", "item", weight=pl.lit(decay).pow(since.cast(pl.Int32)))
        .join(table.lazy().with_row_index("id").select("item", "id"), on="item", validate="m:1")
        .sort("query", "position")
        .collect()
    )
    runs = events["query"].rle().struct.unnest()
    starts = np.concatenate([[0], np.cumsum(runs["len"].to_numpy(), dtype=np.int64)])
    weights = csr_array(
        (events["weight"].to_numpy(), events["id"].to_numpy(), starts), shape=(runs.height, table.height)
    )
    return runs["value"].to_numpy(), weights @ table["vector"].to_numpy().astype(np.float64)


def unite(proposals):
    """One row a (query, item): every member's rank and score, null where it did not propose."""
    columns = [f"{member}__{kind}" for member in proposals for kind in ("rank", "score")]
    named = [
        frame.select(
            "query", "item", pl.col("rank").alias(f"{member}__rank"), pl.col("score").alias(f"{member}__score")
        )
        for member, frame in proposals.items()
    ]
    return pl.concat(named, how="diagonal").group_by("query", "item").agg(pl.col(c).max() for c in columns)
