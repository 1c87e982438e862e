"""A few clean rows typed without expressions: what `data.validate` says of them, in a tenth of its time."""

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from data.errors import AisleError
from data.formats import IGNORE
from data.schema import TYPES
from data.validate import LAST_TIME
from data.values.clock import Clock, read_times
from data.values.event_names import REFUND
from data.values.null_tokens import is_token

FEW = 2_000
"""Rows beyond which expressions are as fast."""

CLEAN_KEYS = (pl.Int64, pl.String)
Floats = npt.NDArray[np.float64]


class NotClean(Exception):  # noqa: N818 - a signal, and no error of anyone's
    """These rows are not of the plain kind: they are read by the rules for all logs."""


def times_of(values: pl.Series, clock: Clock) -> npt.NDArray[np.int64]:
    """Times in ms since 1970 (see `data.values.clock.read_times`)."""
    kind = values.dtype
    if isinstance(kind, pl.Datetime) and kind.time_zone is not None:
        times, a_ms = values, {"ms": 1, "us": 1_000, "ns": 1_000_000}[kind.time_unit]
    else:
        try:
            read = read_times(values, clock)
        except AisleError:  # the rules for all logs say it, and what it is about
            raise NotClean from None
        if read.again.null_count() < len(values):
            raise NotClean
        times, a_ms = read.ts, 1
    if times.null_count():
        raise NotClean
    ms = times.to_physical().to_numpy().astype(np.int64) // a_ms
    if ms.min(initial=0) < 0 or ms.max(initial=0) >= LAST_TIME:
        raise NotClean
    return ms


def types_of(values: pl.Series, names: Mapping[str, str]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
    """Places of the events' types, and which rows stay: those of ignored events do not; refunds are refused."""
    codes = {name: TYPES.index(kind) for name, kind in names.items() if kind not in (IGNORE, REFUND)}
    codes |= {name: len(TYPES) for name, kind in names.items() if kind == IGNORE}
    try:
        found = np.array([codes[name] for name in values.to_list()], np.uint8)
    except KeyError:
        raise NotClean from None
    return found, found < len(TYPES)


def keys_of(values: pl.Series, none: Collection[str]) -> pl.Series:
    """Keys that need no tidying: whole numbers, or texts without blanks around them that say something."""
    if values.dtype not in CLEAN_KEYS or is_token(values, none) is not None:
        raise NotClean
    texts = values.to_list() if values.dtype == pl.String else []
    if any(text is not None and (not text or text.strip() != text) for text in texts):
        raise NotClean
    return values


def numbers_of(values: pl.Series | None, rows: int, *, zero: bool) -> Floats:
    """Numbers from 0 on, 0 itself only if it may be one; NaN where there is none."""
    if values is None or values.null_count() == rows:
        return np.full(rows, np.nan)
    if not values.dtype.is_numeric():
        raise NotClean
    floats = values.cast(pl.Float64)
    found = (floats.fill_null(float("nan")) if floats.null_count() else floats).to_numpy()
    with np.errstate(invalid="ignore"):
        impossible = (found < 0) if zero else (found <= 0)
        if impossible.any() or np.isinf(found).any():
            raise NotClean
    return found
