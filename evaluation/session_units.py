"""Sessions as the units of the bootstrap: what their lists gained and could have gained, and measures of the sums."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from data.schema import TYPES
from evaluation.recall import TOTAL_WEIGHTS

K = 20
WHOLE = 232_792_560
"""The least common multiple of 1 to 20: reciprocal ranks are whole numbers of its reciprocal, and add up exactly."""

MEASURES = (*TYPES, "total", "MRR")
"""recall@20 of each type, their total, and MRR@20 of the next click. HR@20 is the recall of clicks: one a query."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SessionUnits:
    """What sessions add to recall and MRR.

    Parameters
    ----------
    orders
        Whose lists.
    sessions
        Their codes, ascending.
    rows
        A row a session: what each type could gain, then an order after the other what each type gained and the
        reciprocal rank of the next click; shape (sessions, 3 + 4 x orders).
    """

    orders: tuple[str, ...]
    sessions: Ints
    rows: Ints

    def measures(self, sums: Floats) -> Floats:
        """MEASURES an order, one order after the other, of sums of rows; NaN where nothing could be gained."""
        possible, width = sums[..., : len(TYPES)], len(TYPES) + 1
        told = []
        with np.errstate(invalid="ignore", divide="ignore"):
            for n in range(len(self.orders)):
                gained = sums[..., len(TYPES) + n * width :][..., :width]
                recall = gained[..., : len(TYPES)] / possible
                total = sum(TOTAL_WEIGHTS[name] * recall[..., i] for i, name in enumerate(TYPES))
                mrr = gained[..., -1] / WHOLE / possible[..., 0]
                told.append(np.concatenate([recall, np.stack([total, mrr], axis=-1)], axis=-1))
        return np.concatenate(told, axis=-1)


def session_units(placed: pl.DataFrame, sessions: pl.DataFrame, orders: Sequence[str], k: int = K) -> SessionUnits:
    """Sum labels up by session.

    Parameters
    ----------
    placed
        `evaluation.places.places`.
    sessions
        frame(query, session) of every query with a label.
    orders
        The columns of places that are measured.
    k
        How deep lists are read, 20 at most.
    """
    of_session = sessions.lazy().select("query", "session")
    by_query = _by_query(placed.lazy(), orders, k).join(of_session, on="query", how="left", validate="m:1")
    columns = _columns(orders)
    table = by_query.group_by("session").agg(columns).sort("session").collect()
    rows = table.drop("session").cast(pl.Int64).to_numpy().reshape(table.height, len(columns))
    return SessionUnits(tuple(orders), table["session"].to_numpy().astype(np.int64), np.ascontiguousarray(rows))


def _by_query(placed: pl.LazyFrame, orders: Sequence[str], k: int) -> pl.LazyFrame:
    """Of each query and type what could be gained, and of each order hits and the next click's reciprocal rank."""
    click, gained = pl.col("type") == "clicks", []
    for name in orders:
        hit, rank = (pl.col(name) <= k).fill_null(False), pl.col(name).cast(pl.Int64)
        gained += [
            hit.cast(pl.Int64).sum().alias(f"{name}__hits"),
            pl.when(click & hit).then(WHOLE // rank).otherwise(0).sum().alias(f"{name}__reciprocal"),
        ]
    possible = pl.len().clip(upper_bound=k).cast(pl.Int64).alias("possible")
    return placed.group_by("query", "type").agg(possible, *gained)


def _columns(orders: Sequence[str]) -> list[pl.Expr]:
    """The columns of SessionUnits' rows, in their order."""

    def by_type(column: str) -> list[pl.Expr]:
        return [pl.col(column).filter(pl.col("type") == t).sum().alias(f"{column}__{t}") for t in TYPES]

    of_orders = [(*by_type(f"{name}__hits"), pl.col(f"{name}__reciprocal").sum()) for name in orders]
    return [*by_type("possible"), *(column for of_order in of_orders for column in of_order)]
