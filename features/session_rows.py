"""QUERY_FEATURES for value: the groups of sessions and visitors, and those of their items, pooled."""

from collections.abc import Mapping, Sequence

import polars as pl

from data.fixed import as_float, fixed
from features.expressions.goods import visited_goods
from features.group import OF_QUERIES, FeatureGroup
from features.join import describe, describe_queries

LINE = ("line__price", "line__pieces")


def describe_sessions(
    queries: pl.LazyFrame, tables: Mapping[str, pl.LazyFrame], groups: Sequence[FeatureGroup]
) -> pl.LazyFrame:
    """Every query with its own features and with its items', as mean and maximum over the visible distinct items.

    Parameters
    ----------
    queries
        QUERIES with `segment`.
    tables
        The tables by parameter name; a group may stand under its own name, computed before, and so may `lines`, what
        `prefix_lines` gives, which every group of items reads.
    groups
        The groups; those of items, categories, (user, item) and rows describe the prefix's items.

    Returns
    -------
    pl.LazyFrame
        query + `<group>__<feature>` f32 + `<group>__<feature>_mean` and `_max` f32, in the queries' order.
    """
    own = queries.select("query").join(
        describe_queries(queries, tables, groups), on="query", how="left", validate="1:1", maintain_order="left"
    )
    of_items = [g for g in groups if g.scope not in OF_QUERIES]
    if not of_items:
        return own
    lines = tables["lines"] if "lines" in tables else prefix_lines(tables["prefixes"], tables["items"])
    rows = describe(lines, queries, tables, of_items)
    return own.join(_pooled(rows), on="query", how="left", validate="1:1", maintain_order="left")


def prefix_lines(prefixes: pl.LazyFrame, items: pl.LazyFrame) -> pl.LazyFrame:
    """The distinct items of each prefix with `line__price` (the last one seen) and `line__pieces` (ordered)."""
    pieces = pl.when(pl.col("type") == "orders").then(pl.col("quantity").fill_null(1.0)).otherwise(0.0)
    return (
        visited_goods(prefixes, items)
        .group_by("query", "item")
        .agg(
            line__price=pl.col("price").sort_by("position").last().cast(pl.Float32),
            line__pieces=as_float(fixed(pieces).sum()).cast(pl.Float32),
        )
        .sort("query", "item")
    )


def _pooled(rows: pl.LazyFrame) -> pl.LazyFrame:
    names = [n for n in rows.collect_schema().names() if n not in ("query", "item", *LINE)]
    means = [(as_float(fixed(pl.col(n).cast(pl.Float64)).sum()) / pl.col(n).count().replace(0, None)) for n in names]
    return rows.group_by("query").agg(
        *(mean.cast(pl.Float32).alias(f"{name}_mean") for mean, name in zip(means, names, strict=True)),
        *(pl.col(name).max().alias(f"{name}_max") for name in names),
    )
