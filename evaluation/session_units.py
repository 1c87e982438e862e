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
    found = [(pl.col(name) <= k).fill_null(False).cast(pl.Int64).alias(f"{name}__hits") for name in orders]
    click = pl.col("type") == "clicks"
    reciprocal = [
        pl.when(click & (pl.col(name) <= k)).then(WHOLE // pl.col(name).cast(pl.Int64)).otherwise(0).alias(f"{name}__r")
        for name in orders
    ]
    by_query = (
        placed.lazy()
        .with_columns(*found, *reciprocal)
        .group_by("query", "type")
        .agg(
            pl.len().clip(upper_bound=k).cast(pl.Int64).alias("possible"),
            *(pl.col(f"{name}__{what}").sum() for name in orders for what in ("hits", "r")),
        )
        .join(sessions.lazy().select("query", "session"), on="query", how="left", validate="m:1")
    )
    of_type = {name: pl.col("type") == name for name in TYPES}
    columns = [
        *(pl.col("possible").filter(of_type[name]).sum().alias(f"possible_{name}") for name in TYPES),
        *(
            column
            for order in orders
            for column in (
                *(pl.col(f"{order}__hits").filter(of_type[name]).sum().alias(f"{order}_{name}") for name in TYPES),
                pl.col(f"{order}__r").sum().alias(f"{order}_reciprocal"),
            )
        ),
    ]
    table = by_query.group_by("session").agg(columns).sort("session").collect()
    rows = table.drop("session").cast(pl.Int64).to_numpy().reshape(table.height, -1)
    return SessionUnits(tuple(orders), table["session"].to_numpy().astype(np.int64), np.ascontiguousarray(rows))
