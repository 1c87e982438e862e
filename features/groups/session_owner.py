"""Whose session it is: a customer's whom the shop knows, or anyone's."""

import polars as pl

from features.group import feature_group


@feature_group(scope="query")
def session_owner(queries: pl.LazyFrame) -> pl.LazyFrame:
    """1 where the session has a user, else 0.

    A guest and a customer on a first visit both have no past, and differ all the same: guests may be another trade.
    """
    return queries.select("query", known=pl.col("user").is_not_null().cast(pl.UInt8))
