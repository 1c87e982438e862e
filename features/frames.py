"""A describer's question as tables, for groups that say what they say in Polars alone."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from data.schema import TYPES, Timestamp, TypeEnum
from data.visible import NONE, Floats, Ints, Visible
from features.described import Described
from features.group import OF_QUERIES, FeatureGroup
from features.join import join_group
from features.question import Floats32, Question


def fill_by_function(
    group: FeatureGroup, question: Question, tables: Mapping[str, pl.LazyFrame], into: Floats32
) -> None:
    """Fill a group's features by its own function, as `features.join.describe` does.

    Parameters
    ----------
    group
        The group.
    question
        What is asked.
    tables
        The tables that stay. PREFIXES, QUERIES and CANDIDATES are made of the question: PREFIXES' `user` is the
        query's, and QUERIES have no session's key and no part.
    into
        Room for the features, (features, queries) or (features, candidates) as the scope says, NaN for null.
    """
    seen = question.visible
    candidates = question.candidates.frame(seen.query).lazy()
    queries = queries_of(seen).lazy()
    all_tables = {**tables, "prefixes": prefixes_of(seen).lazy(), "queries": queries, "candidates": candidates}
    if group.scope in OF_QUERIES:
        keyed = queries
    elif group.scope == "row":
        keyed = Described(question.candidates, question.columns, question.values).frame(seen.query).lazy()
    else:
        keys = {name: pl.Series(values).replace(NONE, None) for name, values in question.keys._asdict().items()}
        keyed = candidates.with_columns(
            pl.Series("user", keys["user"], pl.UInt32),
            pl.Series("start_ts", question.keys.start_ms).cast(Timestamp),
            pl.Series("hour", keys["hour"], pl.Int8),
            pl.Series("weekday", keys["weekday"], pl.Int8),
            pl.Series("category", keys["category"], pl.UInt32),
        )
    joined = join_group(keyed, group, all_tables, keyed).select(pl.col(rf"^{group.name}__.*$")).collect()
    into[:] = joined.select(pl.all().cast(pl.Float32)).to_numpy().T


def prefixes_of(visible: Visible) -> pl.DataFrame:
    """PREFIXES, sorted by (query, position)."""
    events = np.diff(visible.starts)
    position = np.arange(len(visible.item)) - np.repeat(visible.starts[:-1], events)
    return pl.DataFrame(
        {
            "query": pl.Series(np.repeat(visible.query, events), dtype=pl.UInt32),
            "position": pl.Series(position, dtype=pl.UInt32),
            "item": pl.Series(visible.item, dtype=pl.UInt32),
            "ts": pl.Series(visible.ts_ms).cast(Timestamp),
            "type": pl.Series(TYPES, dtype=TypeEnum).gather(visible.type),
            "user": _codes(np.repeat(visible.user, events)),
            "price": _floats(visible.price),
            "quantity": _floats(visible.quantity),
            "category": _codes(visible.category),
        }
    )


def queries_of(visible: Visible) -> pl.DataFrame:
    """QUERIES without keys and parts: query, user, start_ts, cut_ts, events; sorted by query."""
    return pl.DataFrame(
        {
            "query": pl.Series(visible.query, dtype=pl.UInt32),
            "user": _codes(visible.user),
            "start_ts": pl.Series(visible.start_ms).cast(Timestamp),
            "cut_ts": pl.Series(visible.cut_ms).cast(Timestamp),
            "events": pl.Series(np.diff(visible.starts), dtype=pl.UInt16),
        }
    )


def _codes(values: Ints) -> pl.Series:
    return pl.Series(values).replace(NONE, None).cast(pl.UInt32)


def _floats(values: Floats) -> pl.Series:
    return pl.Series(values).fill_nan(None)
