"""Columns that say yes or no in place of an event's name: a row is an event for each yes."""

from collections.abc import Mapping

import polars as pl

from data.fault import FAULT
from data.schema import TYPES
from data.shapes.marks import DROPPED, FILE_ROW
from data.values.event_names import REFUND

YES = ("true", "yes", "y", "t")
NO = ("", "false", "no", "n", "f", "nan")
NONE_SET = "no flag is set"
FLAGGED = "__type"


def flagged(rows: pl.DataFrame, flags: Mapping[str, str]) -> pl.DataFrame:
    """Rows with `FLAGGED`: one for each type that a flag says yes to: clicks, carts, orders, refunds.

    Parameters
    ----------
    rows
        A batch with the flags' columns. Yes is true, `yes`, `y`, `t` or a number other than 0; no is false, `no`,
        `n`, `f`, 0, a blank or nothing.
    flags
        A column's name -> the type that its yes means, or `REFUND`.

    Returns
    -------
    pl.DataFrame
        `DROPPED` tells where no flag is set, `FAULT` where one says neither; `FLAGGED` is then its text.
    """
    rows = _with(rows, FAULT, DROPPED)
    yes = {name: _yes(pl.col(name), rows.schema[name]) for name in flags}
    neither = [
        pl.when(pl.col(name).is_not_null() & yes[name].is_null()).then(pl.lit(f"`{name}` is neither yes nor no"))
        for name in flags
    ]
    texts = [
        pl.when(fault.is_not_null()).then(pl.col(name).cast(pl.String, strict=False))
        for name, fault in zip(flags, neither, strict=True)
    ]
    kinds = [
        pl.when(pl.any_horizontal(yes[name].fill_null(False) for name in flags if flags[name] == kind)).then(
            pl.lit(kind)
        )
        for kind in (*TYPES, REFUND)
        if kind in flags.values()
    ]
    if FILE_ROW not in rows.columns:
        rows = rows.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias(FILE_ROW))
    told = pl.concat_list(kinds).list.drop_nulls()
    rows = rows.with_columns(told.alias("__told"), pl.coalesce(FAULT, *neither).alias(FAULT), __said=pl.coalesce(texts))
    bad = pl.col(FAULT).is_not_null()
    none = pl.when((pl.col("__told").list.len() == 0) & ~bad).then(pl.lit(NONE_SET))
    rows = rows.with_columns(pl.coalesce(DROPPED, none).alias(DROPPED))
    one = pl.when(bad | pl.col(DROPPED).is_not_null()).then(pl.concat_list("__said")).otherwise("__told")
    return rows.with_columns(one.alias(FLAGGED)).drop("__said", "__told").explode(FLAGGED)


def _with(rows: pl.DataFrame, *names: str) -> pl.DataFrame:
    return rows.with_columns(pl.lit(None, pl.String).alias(name) for name in names if name not in rows.columns)


def _yes(value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """Whether a flag says yes; null where it says neither, or nothing."""
    if kind == pl.Boolean:
        return value
    if kind.is_numeric():
        return value.cast(pl.Float64).fill_nan(0.0) != 0
    if kind != pl.String and not isinstance(kind, pl.Categorical | pl.Enum):
        return pl.lit(None, pl.Boolean)
    text = value.cast(pl.String).str.strip_chars().str.to_lowercase()
    number = text.cast(pl.Float64, strict=False) != 0
    said = pl.when(text.is_in(YES)).then(True).when(text.is_in(NO)).then(False)
    return said.otherwise(number)
