"""What rows brought by horizon: labels as f64, and the rows whose labels cannot be believed."""

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from data.labelled.config import Labelled
from data.values.numbers import read_numbers

MOST_MONEY = 1e15
"""Its square is a number too."""
SLACK = 1e-9
"""By what share a label may lie below an earlier one, since sums of floats are rounded."""
NO_LABEL, FALLING = "no label", "labels fall with the horizon"


class Labels(NamedTuple):
    """Labels of n rows.

    Attributes
    ----------
    frame
        (n) f64 by label's column, shortest horizon first, null where not known.
    reason
        (n) why a row is set aside; null where it is not.
    """

    frame: pl.DataFrame
    reason: pl.Series


def read_labels(rows: pl.DataFrame, table: Labelled) -> Labels:
    """Read the labels of some rows.

    A row is set aside where a label is no number, not finite, below 0, above 10^15, or lies below that of a shorter
    horizon, and where no label is known. Where some are, it stays: longer horizons mature later.

    Parameters
    ----------
    rows
        With the labels' columns; one that lacks is unknown.
    table
        Names them.
    """
    reason = pl.Series("reason", [None], dtype=pl.String).new_from_index(0, rows.height)
    columns = []
    for name in table.horizons.values():
        raw = rows[name] if name in rows.columns else pl.Series(name, [None] * rows.height, dtype=pl.Float64)
        value, odd = _money(raw)
        reason = reason.zip_with(reason.is_not_null() | odd.is_null(), f"`{name}` " + odd)
        columns.append(value.alias(name))
    frame = pl.DataFrame(columns)
    for before, after in pairwise(columns):
        falls = (after < before * (1 - SLACK) - SLACK).fill_null(False)
        reason = _told(reason, falls, f"`{after.name}` is below `{before.name}`")
    if len(columns) > 2:
        reason = _told(reason, _falls(frame), FALLING)
    unknown = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    return Labels(frame, _told(reason, unknown, NO_LABEL))


def targets_of(frame: pl.DataFrame, table: Labelled) -> Mapping[str, npt.NDArray[np.float64]]:
    """By horizon's name (`d7`), shortest first: (n,) what rows brought, NaN where not known."""
    return {
        f"d{days}": frame[column].fill_null(float("nan")).to_numpy().astype(np.float64)
        for days, column in table.horizons.items()
    }


def _money(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    """f64, and what is wrong with each."""
    read = read_numbers(raw)
    value, odd = read.value, pl.Series("odd", [None], dtype=pl.String).new_from_index(0, len(raw))
    odd = _told(odd, read.unreadable, "is no number")
    if raw.dtype.is_float():
        odd = _told(odd, (~raw.is_finite()).fill_null(False), "is not finite")
    odd = _told(odd, (value < 0).fill_null(False), "is below 0")
    odd = _told(odd, (value > MOST_MONEY).fill_null(False), f"is above {MOST_MONEY:g}")
    return value.set(odd.is_not_null(), None), odd


def _falls(frame: pl.DataFrame) -> pl.Series:
    """Whether a known label lies below an earlier known one that does not stand beside it."""
    values = frame.to_numpy()
    most = np.fmax.accumulate(values, axis=1)[:, :-1]
    later = values[:, 1:]
    return pl.Series(np.any(later < most * (1 - SLACK) - SLACK, axis=1))


def _told(reason: pl.Series, where: pl.Series, why: str) -> pl.Series:
    return reason.set(reason.is_null() & where, why) if where.any() else reason
