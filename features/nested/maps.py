"""Maps of keys to numbers."""

import polars as pl

from features.nested.row_group import Features, row_group
from features.nested.source import Source


@row_group(kinds=("map",), zeros=("sum", "count"))
def maps(column: Source) -> Features:
    """Sum, mean, greatest, least and spread (the population's standard deviation) of a map's values, and their number.

    All but sum and count are null of an empty map.
    """
    values = column.values
    return {
        "sum": total(values),
        "mean": values.list.mean(),
        "max": values.list.max(),
        "min": values.list.min(),
        "spread": values.list.std(ddof=0),
        "count": values.list.len(),
    }


def total(values: pl.Expr) -> pl.Expr:
    """The sum of lists of numbers; of an empty one 0 or -0."""
    return values.list.sum()
