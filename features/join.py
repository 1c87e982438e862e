"""FEATURES and QUERY_FEATURES: the groups' rows joined to what they describe."""

from collections.abc import Mapping, Sequence
from functools import reduce

import polars as pl

from features.expressions.span import DAY_MS
from features.group import KEYS, OF_QUERIES, SINCE, FeatureGroup


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
    fitting = [g for g in groups if g.scope in OF_QUERIES]
    joined = reduce(lambda rows, group: join_group(rows, group, tables, queries), fitting, queries)
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
        All groups; those of scope `row` see the columns of the groups before them.

    Returns
    -------
    pl.LazyFrame
        The rows and columns of CANDIDATES, in their order, with `<group>__<feature>` f32.
    """
    keep = candidates.collect_schema().names()
    last = pl.col("cut_ts")  # the last visible event's
    about = queries.select("query", "user", "start_ts", hour=last.dt.hour(), weekday=last.dt.weekday())
    categories = tables["items"].select("item", "category")
    keyed = candidates.join(about, on="query", how="left", validate="m:1", maintain_order="left")
    keyed = keyed.join(categories, on="item", how="left", validate="m:1", maintain_order="left")
    of_queries = describe_queries(queries, tables, groups)
    rows = keyed.join(of_queries, on="query", how="left", validate="m:1", maintain_order="left")
    others = [g for g in groups if g.scope not in OF_QUERIES]
    rows = reduce(lambda joined, group: join_group(joined, group, tables, keyed), others, rows)
    return rows.select(*keep, pl.col(r"^.*__.*$").exclude(keep))


def join_group(
    rows: pl.LazyFrame, group: FeatureGroup, tables: Mapping[str, pl.LazyFrame], keyed: pl.LazyFrame
) -> pl.LazyFrame:
    """Rows with one group's features.

    Parameters
    ----------
    rows
        Queries or candidates with the keys of the group's scope, and with what groups before it said.
    group
        The group.
    tables
        See `describe_queries`.
    keyed
        The same rows before any group, with all keys.
    """
    if group.scope == "row":
        return group.extend(rows)
    features = tables[group.name] if group.name in tables else group(tables)
    keys = KEYS[group.scope]
    if group.as_of:
        own = KEYS["query"] if group.scope in OF_QUERIES else KEYS["pair"]
        features, keys = _as_of(keyed.select(*dict.fromkeys([*own, *keys, "start_ts"])), features, group, own), own
    if group.aligned:
        return pl.concat([rows, features.drop(keys)], how="horizontal")
    joined = rows.join(features, on=keys, how="left", validate="m:1", maintain_order="left")
    return joined.with_columns(pl.col(f"{group.name}__{zero}").fill_null(0) for zero in group.zeros)


def _as_of(asked: pl.LazyFrame, features: pl.LazyFrame, group: FeatureGroup, own: list[str]) -> pl.LazyFrame:
    """The last of a group's rows strictly before each query's start, by the asked rows' own key."""
    keys = KEYS[group.scope]
    known = asked.filter(pl.all_horizontal(pl.col(k).is_not_null() for k in keys))
    # only what is asked for: a history's table is long, and is sorted here
    relevant = features.join(known.select(keys).unique(), on=keys, how="semi")
    joined = known.sort("start_ts").join_asof(
        relevant.sort("ts"),
        left_on="start_ts",
        right_on="ts",
        by=keys,
        strategy="backward",
        allow_exact_matches=False,
        check_sortedness=False,
    )
    happened = SINCE if SINCE in features.collect_schema() else "ts"
    days = (pl.col("start_ts") - pl.col(happened)).dt.total_milliseconds() / DAY_MS
    return joined.select(*own, pl.col(rf"^{group.name}__.*$"), days.cast(pl.Float32).alias(f"{group.name}__days_since"))
