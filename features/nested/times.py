"""Times as of the row's own moment: how long ago, never when."""

import polars as pl

from features.nested.row_group import Features, row_group
from features.nested.source import Source

MONTH = 30.0
"""Days after which a recency has fallen to 1/e."""


@row_group(kinds=("times",), zeros=("recency", "count"))
def times(column: Source) -> Features:
    """Days since the latest and the earliest of a field's times, exp(-days / 30) of the latest, and their number."""
    days = column.values
    latest = days.list.min()
    return {
        "latest": latest,
        "earliest": days.list.max(),
        "recency": recency(latest),
        "count": days.list.len(),
    }


@row_group(kinds=("time",), zeros=("recency",))
def moments(column: Source) -> Features:
    """Days since a time, and exp(-days / 30)."""
    return {"days": column.value, "recency": recency(column.value)}


def recency(days: pl.Expr) -> pl.Expr:
    """1 for what is now, falling to 0 for what is long ago."""
    return (-days / MONTH).exp()
