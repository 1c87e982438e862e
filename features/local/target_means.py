"""Smoothed means of the target by category (Micci-Barreca 2001), exact whatever the order of the taught rows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from features.local.levels import Codes, Levels
from features.local.rows import Features, Floats, LocalGroup, LocalRows
from features.local.settings import Local

EXACT_BITS = 52
"""Whole numbers up to 2^53 add up in f64 without rounding, in any order."""


@dataclass(frozen=True)
class Means:
    """Means by column of categories and by code, the last of which stands for levels that no taught row has.

    Parameters
    ----------
    of
        Feature name -> its column, and (levels + 2,) means.
    """

    of: Mapping[str, tuple[str, Floats]]

    @property
    def table(self) -> pl.DataFrame:
        """A row a (feature, code)."""
        schema = {"feature": pl.String, "column": pl.String, "code": pl.Int64, "mean": pl.Float64}
        parts = [
            pl.DataFrame({"feature": name, "column": column, "code": range(len(means)), "mean": means}, schema=schema)
            for name, (column, means) in self.of.items()
        ]
        return pl.concat(parts) if parts else pl.DataFrame(schema=schema)

    def describe(self, rows: LocalRows) -> Features:
        """`<column>__<statistic>_<horizon>`."""
        return {name: means[rows.codes[column]] for name, (column, means) in self.of.items()}


def _learn(rows: LocalRows, local: Local) -> Means:
    settings = local.target_means
    found: dict[str, tuple[str, Floats]] = {}
    for horizon in settings.horizons or tuple(rows.targets)[:1]:
        target = rows.targets[horizon]
        known = np.flatnonzero(~np.isnan(target))
        for statistic in settings.statistics:
            values = _statistic(statistic, target[known])
            for column in settings.of:
                codes, size = rows.codes[column][known], rows.levels.size(column)
                means = smoothed_means(codes, values, size + 2, settings.prior_rows)
                found[f"{column}__{statistic}_{horizon}"] = (column, means)
    return Means(found)


def _read(table: pl.DataFrame, _: Levels, __: Local) -> Means:
    parts = table.partition_by("feature", as_dict=True, maintain_order=True)
    return Means({str(name): (str(part["column"][0]), part["mean"].to_numpy()) for (name,), part in parts.items()})


def smoothed_means(codes: Codes, values: Floats, size: int, prior_rows: float) -> Floats:
    """(size,) means of values by code, each drawn to the mean of all as if it had `prior_rows` more rows of that.

    Parameters
    ----------
    codes, values
        (n,), of 0 to size - 1, and finite numbers.
    size, prior_rows
        How many codes there are; 0 or more.

    Returns
    -------
    Floats
        NaN where there is no row at all.
    """
    unit = _unit(values)
    whole = np.rint(values / unit)
    sums, counts = np.bincount(codes, whole, size), np.bincount(codes, minlength=size)
    if not len(values):
        return np.full(size, np.nan)
    mean = sums.sum() / len(values)
    below = counts + prior_rows
    drawn = (sums + prior_rows * mean) / np.where(below > 0, below, 1)
    return np.asarray(np.where(below > 0, drawn, mean) * unit)


SMALLEST = 2.0**-1000
"""A unit below which numbers lose bits, or are 0."""


def _unit(values: Floats) -> float:
    """A power of two, of which all values together are at most 2^52."""
    most = float(np.abs(values).max(initial=0.0)) * max(len(values), 1)
    return max(float(2.0 ** (np.ceil(np.log2(most)) - EXACT_BITS)), SMALLEST) if most > 0 else 1.0


def _statistic(name: str, target: Floats) -> Floats:
    if name == "buys":
        return (target > 0).astype(np.float64)
    return np.log1p(target) if name == "log" else target


def _of(local: Local, _: list[str]) -> tuple[str, ...]:
    return local.target_means.of


target_means = LocalGroup(
    "target_means",
    "Smoothed means of a target by category, out of fold for taught rows: `<column>__<statistic>_<horizon>`.",
    _learn,
    _read,
    _of,
    reads_target=True,
)
