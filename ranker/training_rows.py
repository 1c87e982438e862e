"""Which queries a ranker learns from: whole queries, never a part of their candidates."""

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from data.checks import check_at_least
from data.keys import mix
from data.schema import TYPES

SALT = 5


@dataclass(frozen=True)
class TrainingSize:
    """How much of the valid fold the rankers see.

    Parameters
    ----------
    train_queries
        Queries with a hit that are kept at most, per objective, of the part `fit`. To save memory whole queries
        are dropped: training on a part of a query's candidates costs more than it saves.
    stop_queries
        The same of the part `stop`.
    min_positive_queries
        An objective with fewer in `fit` shares one model over all types.
    """

    train_queries: int = 20_000
    stop_queries: int = 3_000
    min_positive_queries: int = 200

    def __post_init__(self) -> None:
        check_at_least(self, 1, "train_queries", "stop_queries", "min_positive_queries")


def taken_whole(columns: Collection[str]) -> pl.Expr:
    """By what rows are cut into folds: a session's first query, since its others share its labels.

    Parameters
    ----------
    columns
        Of the rows; where they do not name sessions, each query is one.
    """
    query = pl.col("query").cast(pl.UInt64)
    return query.min().over("session") if "session" in columns else query


def hits_of(candidates: pl.LazyFrame, labels: pl.LazyFrame) -> pl.LazyFrame:
    """The labels that the candidates contain: query, type, item."""
    return labels.join(candidates.select("query", "item"), on=["query", "item"], how="semi").sort(
        "query", "type", "item"
    )


def choose_queries(hits: pl.LazyFrame, queries: pl.LazyFrame, size: TrainingSize) -> pl.LazyFrame:
    """The queries whose candidates are described: those with a hit, within the limits.

    Parameters
    ----------
    hits
        `hits_of` all shards.
    queries
        QUERIES with parts.
    size
        The limits.

    Returns
    -------
    pl.LazyFrame
        query, part (`fit` or `stop`); sorted by query.
    """
    positive = hits.select("query", "type").unique().join(queries.select("query", "part"), on="query")
    limits = {"fit": size.train_queries, "stop": size.stop_queries}
    order = mix(pl.col("query").cast(pl.UInt64), SALT)
    chosen = [
        positive.filter((pl.col("part") == part) & (pl.col("type") == name)).sort(order, "query").head(limit)
        for part, limit in limits.items()
        for name in TYPES
    ]
    return pl.concat(chosen).select("query", "part").unique().sort("query")


def label_rows(features: pl.LazyFrame, hits: pl.LazyFrame) -> pl.LazyFrame:
    """FEATURES with a 0/1 column a type: whether the candidate is a label."""
    for name in TYPES:
        found = hits.filter(pl.col("type") == name).select("query", "item", pl.lit(1, pl.UInt8).alias(name))
        features = features.join(found, on=["query", "item"], how="left", validate="1:1", maintain_order="left")
    return features.with_columns(pl.col(name).fill_null(0) for name in TYPES)
