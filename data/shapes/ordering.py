"""Numbers that order events: of one moment, or of a log that has no time."""

from collections.abc import Sequence
from datetime import UTC, datetime

import polars as pl

from data.fault import at_fault
from data.formats import LogFormat
from data.schema import Timestamp
from data.shapes.marks import ORDER

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_TIME = 4_102_444_800_000  # 2100-01-01 in ms


def order_columns(names: Sequence[str], schema: pl.Schema) -> list[pl.Expr]:
    """Two columns a name, its whole part and what is left: 64-bit numbers keep their order, fractions theirs.

    Null where the column has no number (see `unordered`); nulls come first.
    """
    parts = []
    for place, name in enumerate(names):
        whole, rest = _number(pl.col(name), schema[name])
        parts += [whole.alias(f"{ORDER}{place}"), rest.alias(f"{ORDER}{place}_rest")]
    return parts


def unordered(names: Sequence[str], schema: pl.Schema) -> pl.Expr:
    """What keeps a row from its place: null, or that an order is no number."""
    faults = [
        pl.when(~_blank(pl.col(name), schema[name]) & _number(pl.col(name), schema[name])[0].is_null()).then(
            at_fault(f"unparsable order `{name}`", pl.col(name))
        )
        for name in names
    ]
    return pl.coalesce(faults)


def clock_times(log_format: LogFormat) -> pl.Expr:
    """The times that the first of `order_columns` stands for: so many steps after the clock's start."""
    return pl.when(untimed(log_format).is_null()).then(_steps(log_format).cast(pl.Int64, strict=False).cast(Timestamp))


def untimed(log_format: LogFormat) -> pl.Expr:
    """What keeps a row from such a time: null, or that it has no order, or one that no clock shows."""
    ms = _steps(log_format)
    return (
        pl.when(ms.is_null())
        .then(pl.lit("null order"))
        .when(~ms.is_between(0, LAST_TIME, closed="left"))
        .then(at_fault("impossible order (`clock_start` and so many `clock_step`s leave 1970 to 2100)", _given()))
    )


def _steps(log_format: LogFormat) -> pl.Expr:
    start = log_format.clock_start
    start = start if start.tzinfo else start.replace(tzinfo=UTC)
    zero = (start - EPOCH).total_seconds() * 1_000
    step = log_format.clock_step.total_seconds() * 1_000
    return (zero + _given() * step).round()


def _given() -> pl.Expr:
    return pl.col(f"{ORDER}0").cast(pl.Float64) + pl.col(f"{ORDER}0_rest")


def _number(value: pl.Expr, kind: pl.DataType) -> tuple[pl.Expr, pl.Expr]:
    """The whole part and the rest of a number, null where there is none."""
    if kind.is_temporal():
        value, kind = value.to_physical(), pl.Int64()
    if kind.is_integer() or kind == pl.Boolean:
        whole = value.cast(pl.Int64, strict=False)
        return whole, pl.when(whole.is_not_null()).then(0.0)
    if kind.is_numeric():
        return _parts(value.cast(pl.Float64, strict=False))
    text = value.cast(pl.String, strict=False).str.strip_chars()
    exact = text.str.replace(r"^\+", "").cast(pl.Int64, strict=False)
    whole, rest = _parts(text.cast(pl.Float64, strict=False))
    beyond = text.str.contains(r"^[+-]?[0-9]+$")  # a whole number that 64 bits do not hold has no place
    return exact.fill_null(pl.when(~beyond).then(whole)), pl.when(exact.is_null()).then(rest).otherwise(0.0)


def _parts(number: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    floor = pl.when(number.is_finite()).then(number.floor())
    whole = floor.cast(pl.Int64, strict=False)
    return whole, number - whole.cast(pl.Float64)


def _blank(value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if kind.is_float():
        return value.is_null() | value.is_nan()
    if kind == pl.String:
        return value.is_null() | value.str.strip_chars().str.to_lowercase().is_in(["", "nan"])
    return value.is_null()
