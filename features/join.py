"""FEATURES and QUERY_FEATURES: the groups' rows joined to what they describe."""

from collections.abc import Mapping, Sequence
from functools import reduce

import polars as pl

from features.group import KEYS, FeatureGroup


def describe_queries(
    queries: pl.LazyFrame, tables: Mapping[str, pl.LazyFrame], groups: Sequence[FeatureGroup]
) -> pl.LazyFrame:
    """QUERY_FEATURES: every query with its features of query and user scope.

    Parameters
    ----------
    queries
        QUERIES.
    tables
        The tables by parameter name; a group from the history may stand under its own name, computed before.
    groups
        The groups; those of other scopes are passed over.

    Returns
    -------
    pl.LazyFrame
        query + `<group>__<feature>` f32, in the queries' order.
    """
    fitting = [g for g in groups if g.scope in ("query", "user")]
    joined = reduce(lambda rows, group: _join(rows, group, tables), fitting, queries)
    return joined.select("query", pl.col(r"^.*__.*$"))


def describe(
    candidates: pl.LazyFrame,
    queries: pl.LazyFrame,
    tables: Mapping[str, pl.LazyFrame],
    groups: Sequence[FeatureGroup],
) -> pl.LazyFrame:
    """FEATURES: every candidate with the features of its query, user, item, category and of the pair.

    Parameters
    ----------
    candidates, queries
        CANDIDATES and QUERIES.
    tables
        See `describe_queries`; `items` gives categories.
    groups
        All groups.

    Returns
    -------
    pl.LazyFrame
        The rows and columns of CANDIDATES, in their order, with `<group>__<feature>` f32.
    """
    keep = candidates.collect_schema().names()
    about = queries.select("query", "user", "start_ts")
    rows = candidates.join(about, on="query", how="left", validate="m:1", maintain_order="left")
    rows = rows.join(
        tables["items"].select("item", "category"), on="item", how="left", validate="m:1", maintain_order="left"
    )
    of_queries = describe_queries(queries, tables, groups)
    rows = rows.join(of_queries, on="query", how="left", validate="m:1", maintain_order="left")
    others = [g for g in groups if g.scope not in ("query", "user")]
    rows = reduce(lambda joined, group: _join(joined, group, tables), others, rows)
    return rows.select(*keep, pl.col(r"^.*__.*$").exclude(keep))


def _join(rows: pl.LazyFrame, group: FeatureGroup, tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    features = tables[group.name] if group.name in tables else group(tables)
    keys = KEYS[group.scope]
    if not group.as_of:
        return rows.join(features, on=keys, how="left", validate="m:1", maintain_order="left")
    numbered = rows.with_row_index("__row").sort("start_ts")
    joined = numbered.join_asof(
        features.sort("ts"),
        left_on="start_ts",
        right_on="ts",
        by=keys,
        strategy="backward",
        allow_exact_matches=False,
        check_sortedness=False,
    )
    return joined.sort("__row").drop("__row", "ts", strict=False)
