"""Where a candidate's key features stand among those of the query's other candidates."""

import numpy as np
import numpy.typing as npt
import polars as pl

from features.group import feature_group
from features.kernels.within import compare_rows, compared_columns, within_query_rows


@feature_group(scope="row", kernel=within_query_rows)
def within_query(described: pl.LazyFrame) -> pl.LazyFrame:
    """Rank and z-score of key features among the query's candidates.

    `_z` is the distance from the query's mean in standard deviations, 0 where all are alike; `_place` the share of
    the query's candidates with at least as much. Null where the feature is.
    """
    rows = described.collect()
    compared = compared_columns(tuple(rows.columns))
    order, starts = _queries_of(rows)
    sources = list(dict.fromkeys(name for name, _ in compared))
    values = np.empty((len(sources), rows.height), np.float32)
    for number, name in enumerate(sources):
        values[number] = rows[name].cast(pl.Float32).to_numpy()[order]  # null as NaN
    found = np.empty((len(compared), rows.height), np.float32)
    columns = np.array([sources.index(name) for name, _ in compared], np.int64)
    compare_rows(values, columns, np.array([placed for _, placed in compared], np.bool_), starts, found)
    back = np.argsort(order, kind="stable")
    names = [f"{name.replace('__', '_')}_{'place' if placed else 'z'}" for name, placed in compared]
    made = [pl.Series(name, values[back]).fill_nan(None) for name, values in zip(names, found, strict=True)]
    return rows.lazy().with_columns(made)


def _queries_of(rows: pl.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The rows query by query, and where each query starts in that order, and the end."""
    queries = rows["query"].to_numpy()
    order = np.argsort(queries, kind="stable")
    changes = np.flatnonzero(np.diff(queries[order])) + 1
    return order, np.concatenate([[0], changes, [len(order)]] if len(order) else [[0]]).astype(np.int64)
