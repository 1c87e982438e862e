"""recall@20 and MRR@20 of several orders with their intervals, and how far apart two orders are."""

from collections.abc import Sequence
from math import isnan
from typing import Any

import numpy as np
import polars as pl

from evaluation.bootstrap import Resampled
from evaluation.resampled_sums import Floats, resampled
from evaluation.session_units import MEASURES, SessionUnits, session_units

Told = dict[str, dict[str, float | None]]
"""measure -> value, low, high, error; null where undefined."""


def with_intervals(placed: pl.DataFrame, sessions: pl.DataFrame, orders: Sequence[str], **how: int) -> dict[str, Any]:
    """Every order's measures with 95 % intervals over sessions, and the first one's differences to the others.

    Differences are paired: each draw takes the same sessions for both orders.

    Parameters
    ----------
    placed, sessions
        See `evaluation.session_units.session_units`.
    orders
        The columns of places; the first is compared with each of the others.
    **how
        `resamples` and `seed` of `evaluation.resampled_sums.resampled`.

    Returns
    -------
    dict
        sessions; `measures`: order -> measure -> value, low, high, error; `differences`: the same of the first order
        less each other.
    """
    units = session_units(placed, sessions, orders)
    drawn = resample_units(units, **how)
    width = len(MEASURES)
    of_order = {
        name: Resampled(drawn.value[i * width :][:width], drawn.draws[:, i * width :][:, :width])
        for i, name in enumerate(orders)
    }
    first = of_order[orders[0]]
    apart = {
        name: told(MEASURES, Resampled(first.value - other.value, first.draws - other.draws))
        for name, other in of_order.items()
        if name != orders[0]
    }
    measured = {name: told(MEASURES, one) for name, one in of_order.items()}
    return {"sessions": len(units.sessions), "measures": measured, "differences": apart}


def resample_units(units: SessionUnits, resamples: int, seed: int) -> Resampled:
    """The measures of all orders, drawn together."""
    return resampled(units.rows, units.measures, resamples, seed)


def told(names: Sequence[str], drawn: Resampled) -> Told:
    """Measures as plain numbers: value, low, high, error."""
    low, high = drawn.interval() if len(names) else (np.zeros(0), np.zeros(0))
    columns: dict[str, Floats] = {"value": drawn.value, "low": low, "high": high, "error": drawn.error}
    return {name: {kind: _plain(column[i]) for kind, column in columns.items()} for i, name in enumerate(names)}


def _plain(value: float) -> float | None:
    return None if isnan(value) else float(value)
