"""What sessions show at their cuts, as arrays: PREFIXES and QUERIES in the form that kernels read."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
NONE = -1
"""Stands for a null code: a user, a category."""


class Visible(NamedTuple):
    """Queries in ascending order, and their visible events, one query after the other, in the session's order.

    Parameters
    ----------
    query
        Their numbers, rising.
    user
        Whose they are; -1 where the log names no user.
    start_ms, cut_ms
        When each query's session began, and when its last visible event was, in ms since 1970 (UTC).
    starts
        Where each query's events start in the arrays below, and the end.
    item
        The events' items.
    ts_ms
        Their times.
    type
        Their types, as places in `data.schema.TYPES`.
    price, quantity
        NaN where the log names none.
    category
        -1 where it names none.
    """

    query: npt.NDArray[np.uint32]
    user: Ints
    start_ms: Ints
    cut_ms: Ints
    starts: Ints
    item: Ints
    ts_ms: Ints
    type: npt.NDArray[np.uint8]
    price: Floats
    quantity: Floats
    category: Ints


def visible_of(prefixes: pl.DataFrame, queries: pl.DataFrame | None = None) -> Visible:
    """PREFIXES as arrays.

    Parameters
    ----------
    prefixes
        PREFIXES, in any order.
    queries
        QUERIES; without them those that the prefixes name, which begin and end with their visible events.
    """
    rows = prefixes.sort("query", "position")
    found = queries.sort("query") if queries is not None else _queries_of(rows)
    number = found["query"].to_numpy().astype(np.uint32)
    return Visible(
        query=number,
        user=_codes(found["user"]),
        start_ms=_ms(found["start_ts"]),
        cut_ms=_ms(found["cut_ts"]),
        starts=np.append(np.searchsorted(rows["query"].to_numpy(), number), rows.height).astype(np.int64),
        item=rows["item"].to_numpy().astype(np.int64),
        ts_ms=_ms(rows["ts"]),
        type=rows["type"].to_physical().to_numpy().astype(np.uint8),
        price=_floats(rows["price"]),
        quantity=_floats(rows["quantity"]),
        category=_codes(rows["category"]),
    )


def _queries_of(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("query", maintain_order=True).agg(
        pl.col("user").first(), start_ts=pl.col("ts").min(), cut_ts=pl.col("ts").max()
    )


def _codes(values: pl.Series) -> Ints:
    return values.cast(pl.Int64).fill_null(NONE).to_numpy(writable=True)


def _floats(values: pl.Series) -> Floats:
    return values.cast(pl.Float64).fill_null(float("nan")).to_numpy(writable=True)


def _ms(values: pl.Series) -> Ints:
    return values.cast(pl.Datetime("ms", "UTC")).to_physical().to_numpy(writable=True)
