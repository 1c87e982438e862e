"""A group's rows from the history opened: found by code, by a second key and as of a moment."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from features.group import KEYS, OF_QUERIES, FeatureGroup
from features.kernels.history import fill_rows, order_of
from features.opened.places import starts_of
from features.question import Floats32, Question

Ints = npt.NDArray[np.int64]
NONE: Ints = np.zeros(0, np.int64)


class HistoryTable(NamedTuple):
    """See `features.kernels.history.fill_rows`, whose arguments these are."""

    starts: Ints
    second: Ints
    ts: Ints
    values: Floats32
    missing: Floats32


def open_history_table(group: FeatureGroup, table: pl.LazyFrame) -> HistoryTable:
    """Read a group's rows.

    Parameters
    ----------
    group
        The group, which reads nothing of a query.
    table
        Its rows: the keys of its scope (and `ts`), then its features; sorted so they are read fastest.

    Raises
    ------
    ValueError
        If a key has several rows (that hold from the same moment on).
    """
    rows = _in_order(table.drop_nulls(KEYS[group.scope]).collect(), group)
    names = [n for n in rows.columns if n.startswith(f"{group.name}__")]
    values = np.empty((rows.height, len(names)), np.float32)
    for number, name in enumerate(names):
        zero = name.removeprefix(f"{group.name}__") in group.zeros
        values[:, number] = (rows[name].fill_null(0) if zero else rows[name]).cast(pl.Float32).to_numpy()
    told = [n.removeprefix(f"{group.name}__") for n in names] + (["days_since"] if group.as_of else [])
    first, second, ts = _keys_of(rows, group)
    return HistoryTable(
        starts=starts_of(first),
        second=second,
        ts=ts,
        values=values,
        missing=np.array([0.0 if name in group.zeros else np.nan for name in told], np.float32),
    )


def fill_from_history(table: HistoryTable, group: FeatureGroup, question: Question, into: Floats32) -> None:
    """Fill the group's features of every query (scope `user`) or of every candidate."""
    if group.scope in OF_QUERIES:
        user, start = question.visible.user, question.visible.start_ms
        fill_rows(*table, user, NONE, start, into)
        return
    columns = question.keys._asdict() | {"item": question.candidates.item}
    first, second = (*(columns[key] for key in KEYS[group.scope]), NONE)[:2]
    fill_rows(*table, first, second, columns["start_ms"], into)


def _in_order(rows: pl.DataFrame, group: FeatureGroup) -> pl.DataFrame:
    """Rows sorted by their keys, which are found distinct."""
    rising, repeated = order_of(*_keys_of(rows, group))
    if not rising:
        rows = rows.sort([*KEYS[group.scope], *(["ts"] if group.as_of else [])])
        _, repeated = order_of(*_keys_of(rows, group))
    if repeated:
        raise ValueError(f"`{group.name}` must have one row a key, got {repeated} more.")
    return rows


def _keys_of(rows: pl.DataFrame, group: FeatureGroup) -> tuple[Ints, Ints, Ints]:
    """First keys, second ones and moments; empty where the group has none."""
    first, second = (*(rows[key].cast(pl.Int64).to_numpy(writable=True) for key in KEYS[group.scope]), NONE)[:2]
    moments = rows["ts"].cast(pl.Datetime("ms", "UTC")).to_physical() if group.as_of else None
    return first, second, NONE if moments is None else moments.to_numpy(writable=True)
