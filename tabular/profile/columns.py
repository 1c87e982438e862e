"""A table's columns one by one: what kind each is, what it lacks, how it is spread."""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.shortened import sample
from evaluation.profile.plain import plain
from evaluation.profile.spread import even_histogram, spread
from learning.columns import Columns

SHOWN_LEVELS = 12
BINS = 20
UPTO = 0.99  # the last bin holds all beyond: a few huge numbers would leave nothing to see
DAY_MS = 86_400_000
MOST_COLUMNS = 200
QUOTED = 60
Floats = npt.NDArray[np.float64]


def kinds_of(table: pl.DataFrame, columns: Columns) -> list[dict[str, Any]]:
    """Every column: column, kind, rows, missing, share, levels (distinct values), example (the first value).

    Parameters
    ----------
    table
        As `learning.columns.tidy` gives it.
    columns
        Their kinds.
    """
    found = []
    for name, kind in columns.kinds.items():
        values, gone = table[name], table[name].null_count()
        present = values.drop_nulls()
        found.append(
            {
                "column": sample(name),
                "kind": kind,
                "rows": len(values),
                "missing": gone,
                "share": gone / len(values),
                "levels": present.n_unique(),
                "example": sample(present[0], QUOTED) if len(present) else None,
            }
        )
    return found


def distributions(table: pl.DataFrame, columns: Columns) -> list[dict[str, Any]]:
    """How columns are spread: of numbers and times (in days since 1970) a histogram, of others the commonest levels.

    Returns
    -------
    list
        A dictionary a column, `MOST_COLUMNS` at most: column, kind, spread (null of levels) and bars: begins, ends and
        rows of numbers, level and rows of others; null of a column whose levels tell nothing (`key`, `text`, `empty`).
    """
    found = []
    for name, kind in list(columns.kinds.items())[:MOST_COLUMNS]:
        one: dict[str, Any] = {"column": sample(name), "kind": kind, "spread": None, "bars": None}
        if kind in ("number", "time"):
            values = numbers_of(table[name])
            values = values[np.isfinite(values)]
            one |= {"spread": spread(values), "bars": plain(even_histogram(values, BINS, UPTO))}
        elif kind in ("few", "many", "constant"):
            one["bars"] = [{"level": sample(level, QUOTED), "rows": rows} for level, rows in levels_of(table[name])]
        found.append(one)
    return found


def numbers_of(values: pl.Series) -> Floats:
    """A column of numbers, or of times in days since 1970; NaN where there is none. Shape (rows,)."""
    if values.dtype.is_temporal():
        values = values.cast(pl.Datetime("ms"), strict=False).dt.timestamp("ms") / DAY_MS
    return np.asarray(values.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy(), np.float64)


def levels_of(values: pl.Series) -> list[tuple[str, int]]:
    """The commonest values as texts with their rows, ties by text; without nulls; `SHOWN_LEVELS` at most."""
    texts = values.cast(pl.String).alias("level").drop_nulls()
    counted = texts.value_counts().sort("count", "level", descending=[True, False])
    return [(level, rows) for level, rows in counted.head(SHOWN_LEVELS).rows()]
