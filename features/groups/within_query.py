"""Where a candidate's key features stand among those of the query's other candidates."""

import re

import numpy as np
import numpy.typing as npt
import polars as pl

from features.group import feature_group
from features.kernels.within import place, standardise

SCORED = (r".+__score", r"source_votes__reciprocal")
"""Columns that get a z-score: the fused score and the sources'; their ranks are columns already."""

RANKED = (
    r"item_popularity__clicks_a_day",
    r"item_trend__recent_1",
    r"item_trend__trend_1_to_7",
    r"item_age__age_days",
    r"neighbour_scores__.+_(1|sum)",
    r"vector_likeness__session",
)
"""Columns that get a z-score and a rank."""


@feature_group(scope="row")
def within_query(described: pl.LazyFrame) -> pl.LazyFrame:
    """Rank and z-score of key features among the query's candidates.

    `_z` is the distance from the query's mean in standard deviations, 0 where all are alike; `_place` the share of
    the query's candidates with at least as much. Null where the feature is.
    """
    rows = described.collect()
    ranked = _matching(rows.columns, RANKED)
    order, starts = _queries_of(rows)
    made = []
    for name in [*_matching(rows.columns, SCORED), *ranked]:
        values = rows[name].cast(pl.Float64).to_numpy()  # null as NaN
        made.append(pl.Series(f"{_short(name)}_z", standardise(values, order, starts)))
        if name in ranked:
            made.append(pl.Series(f"{_short(name)}_place", place(values, order, starts)))
    return rows.lazy().with_columns(made).with_columns(pl.col(column.name).fill_nan(None) for column in made)


def _queries_of(rows: pl.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The rows query by query, and where each query starts in that order, and the end."""
    queries = rows["query"].to_numpy()
    order = np.argsort(queries, kind="stable")
    changes = np.flatnonzero(np.diff(queries[order])) + 1
    return order, np.concatenate([[0], changes, [len(order)]] if len(order) else [[0]]).astype(np.int64)


def _matching(names: list[str], patterns: tuple[str, ...]) -> list[str]:
    return [name for name in names if any(re.fullmatch(pattern, name) for pattern in patterns)]


def _short(name: str) -> str:
    return name.replace("__", "_")
