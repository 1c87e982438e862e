"""Columns that say yes or no in place of an event's name: a row is an event for each yes, some at their own time."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from data.errors import AisleError
from data.fault import FAULT, at_fault
from data.schema import TYPES
from data.shapes.marks import DROPPED, FILE_ROW
from data.values.event_names import REFUND

if TYPE_CHECKING:
    from data.formats import Flag

YES = ("true", "yes", "y", "t")
NO = ("", "false", "no", "n", "f", "nan")
NONE_SET = "no flag is set"
FLAGGED = "__type"
EVENT = "__flag"
"""Which of `events_of` a row is; null where it is none."""
BELOW_ZERO = r"^\s*-\s*[0-9.]*[1-9][0-9.]*\s*$"


def events_of(flags: Mapping[str, "Flag"]) -> "list[Flag]":
    """The events that a row may be, from clicks to refunds: flags that mean the same are one event."""
    return sorted(dict.fromkeys(flags.values()), key=lambda flag: (*TYPES, REFUND).index(flag.type))


def flagged(rows: pl.DataFrame, flags: Mapping[str, "Flag"]) -> pl.DataFrame:
    """Rows with `FLAGGED` and `EVENT`: one for each event that a flag says yes to, in their order.

    Parameters
    ----------
    rows
        A batch with the flags' columns. Yes is true, `yes`, `y`, `t` or a number above 0; no is false, `no`, `n`, `f`,
        0, a blank or nothing. A number below 0 says neither: logs write -1 where they know of none.
    flags
        What each column's yes means.

    Returns
    -------
    pl.DataFrame
        `DROPPED` tells where no flag is set, `FAULT` where one says neither; `FLAGGED` is then its text.
    """
    rows, events = _with(rows, FAULT, DROPPED), events_of(flags)
    yes = {name: _yes(pl.col(name), rows.schema[name]) for name in flags}
    neither = [
        pl.when(pl.col(name).is_not_null() & yes[name].is_null()).then(
            at_fault(f"`{name}` is neither yes nor no", pl.col(name))
        )
        for name in flags
    ]
    texts = [
        pl.when(fault.is_not_null()).then(pl.col(name).cast(pl.String, strict=False))
        for name, fault in zip(flags, neither, strict=True)
    ]
    happened = [
        pl.when(pl.any_horizontal(yes[name].fill_null(False) for name in flags if flags[name] == event)).then(
            pl.lit(place, pl.UInt32)
        )
        for place, event in enumerate(events)
    ]
    if FILE_ROW not in rows.columns:
        rows = rows.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias(FILE_ROW))
    told = pl.concat_list(happened).list.drop_nulls()
    rows = rows.with_columns(told.alias(EVENT), pl.coalesce(FAULT, *neither).alias(FAULT), __said=pl.coalesce(texts))
    bad = pl.col(FAULT).is_not_null()
    none = pl.when((pl.col(EVENT).list.len() == 0) & ~bad).then(pl.lit(NONE_SET))
    rows = rows.with_columns(pl.coalesce(DROPPED, none).alias(DROPPED))
    out = bad | pl.col(DROPPED).is_not_null()
    rows = rows.with_columns(pl.when(~out).then(EVENT)).explode(EVENT, empty_as_null=True, keep_nulls=True)
    kinds = pl.col(EVENT).replace_strict(dict(enumerate(event.type for event in events)), default=None)
    return rows.with_columns(pl.coalesce("__said", kinds.cast(pl.String)).alias(FLAGGED)).drop("__said")


def times_of(flags: Mapping[str, "Flag"], row: str, schema: pl.Schema, path: Path) -> pl.Expr:
    """When each of `flagged` rows happened: at its flag's own time, if that has one, else at the row's.

    A flag's own time that is missing, or a number below 0 as tables of numbers write that there is none, is null: the
    row's time would let an event be known before it happened.

    Parameters
    ----------
    flags
        What each column's yes means.
    row
        The column of the rows' times.
    schema, path
        The rows' types and their file.

    Raises
    ------
    AisleError
        If the columns of times are of different kinds.
    """
    times = pl.col(row)
    for place, event in enumerate(events_of(flags)):
        if event.ts is None:
            continue
        own, rows = schema[event.ts], schema[row]
        if not _alike(own, rows):
            raise AisleError(
                f"{path}: `{event.ts}` holds {own} and `{row}` {rows}: a log's times are written in one way; write "
                "both alike."
            )
        times = pl.when(pl.col(EVENT) == place).then(_from_zero(pl.col(event.ts), own)).otherwise(times)
    return times


def _alike(one: pl.DataType, other: pl.DataType) -> bool:
    """Whether times of two types can stand in one column."""
    if isinstance(one, pl.Datetime) and isinstance(other, pl.Datetime):
        return one.time_zone == other.time_zone
    return one == other or pl.Null in (one, other) or (one.is_numeric() and other.is_numeric())


def _from_zero(time: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if kind.is_numeric():
        return pl.when(time >= 0).then(time)
    return pl.when(~time.str.contains(BELOW_ZERO)).then(time) if kind == pl.String else time


def _with(rows: pl.DataFrame, *names: str) -> pl.DataFrame:
    return rows.with_columns(pl.lit(None, pl.String).alias(name) for name in names if name not in rows.columns)


def _yes(value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """Whether a flag says yes; null where it says neither, or nothing."""
    if kind == pl.Boolean:
        return value
    if kind.is_numeric():
        return _above(value.cast(pl.Float64).fill_nan(0.0))
    if kind != pl.String and not isinstance(kind, pl.Categorical | pl.Enum):
        return pl.lit(None, pl.Boolean)
    text = value.cast(pl.String).str.strip_chars().str.to_lowercase()
    number = _above(text.cast(pl.Float64, strict=False))
    said = pl.when(text.is_in(YES)).then(True).when(text.is_in(NO)).then(False)
    return said.otherwise(number)


def _above(number: pl.Expr) -> pl.Expr:
    """Yes above 0, no at 0, null below."""
    return pl.when(number >= 0).then(number > 0)
