"""A group's rows from the history opened: found by code, by a second key and as of a moment."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from features.group import KEYS, OF_QUERIES, FeatureGroup
from features.kernels.history import fill_rows
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
        If a key has several rows that hold at all times.
    """
    keys = KEYS[group.scope]
    rows = _sorted(table.drop_nulls(keys).collect(), [*keys, *(["ts"] if group.as_of else [])])
    names = [n for n in rows.columns if n.startswith(f"{group.name}__")]
    values = np.empty((rows.height, len(names)), np.float32)
    for number, name in enumerate(names):
        zero = name.removeprefix(f"{group.name}__") in group.zeros
        values[:, number] = (rows[name].fill_null(0) if zero else rows[name]).cast(pl.Float32).to_numpy()
    told = [n.removeprefix(f"{group.name}__") for n in names] + (["days_since"] if group.as_of else [])
    first, second = (*(_codes(rows[key]) for key in keys), NONE)[:2]
    repeated = (np.diff(first) == 0) & (np.diff(second) == 0 if len(keys) > 1 else True)
    if repeated.any() and not group.as_of:
        raise ValueError(f"`{group.name}` must have one row a {' and '.join(keys)}, got {repeated.sum()} more.")
    return HistoryTable(
        starts=starts_of(first),
        second=second,
        ts=rows["ts"].cast(pl.Datetime("ms", "UTC")).to_physical().to_numpy(writable=True) if group.as_of else NONE,
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


def _codes(values: pl.Series) -> Ints:
    return values.cast(pl.Int64).to_numpy(writable=True)


def _sorted(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    return rows if rows.select(pl.struct(keys).is_sorted()).item() else rows.sort(keys)
