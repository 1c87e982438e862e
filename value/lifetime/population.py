"""Which customers are asked about at an origin."""

from datetime import datetime, timedelta

import polars as pl

from data.customer_schema import CustomerQueries
from data.schema import Timestamp


def bought_before(ordered: pl.DataFrame, origin: datetime, within: timedelta | None = None) -> pl.Series:
    """Those who have ordered before an origin, and if so configured in a window up to it.

    Parameters
    ----------
    ordered
        ORDERED.
    origin
        The moment; an order of that very moment lies after it.
    within
        The window's length; null: ever.

    Returns
    -------
    pl.Series
        Users, ascending.
    """
    inside = ordered.filter(pl.col("ts") < origin)
    if within is not None:
        inside = inside.filter(pl.col("ts") >= origin - within)
    return inside["user"].unique().sort()


def customer_queries(users: pl.Series, origin: datetime, closed: pl.DataFrame) -> pl.DataFrame:
    """The questions of an origin: one a customer, with the segment that the latest visit named.

    Parameters
    ----------
    users
        Ascending.
    origin
        The moment.
    closed
        CLOSED before it.
    """
    named = closed.filter(pl.col("segment").is_not_null()).sort("user", "ts", "session", "visit")
    segments = named.group_by("user").agg(pl.col("segment").last())
    asked = pl.DataFrame({"user": users}).with_columns(start_ts=pl.lit(origin).cast(Timestamp))
    rows = asked.join(segments, on="user", how="left", validate="1:1", maintain_order="left").with_row_index("query")
    return CustomerQueries.validate(rows.select(CustomerQueries.column_names()), cast=True)
