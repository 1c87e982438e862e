"""Lists as a shop has shown them: recommendations with the moment at which each was shown."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.fault import refuse_faults
from data.files import read_batches
from data.formats import LogFormat
from data.nearest import did_you_mean
from data.schema import TYPES, TypeEnum
from data.values.clock import Clock, read_times

NEEDED = ("session", "shown", "type", "rank", "item")
OPTIONAL = ("events", "score")


def read_served(path: Path, timezone: str | None = None) -> pl.DataFrame:
    """A table of served lists, a row a place.

    Parameters
    ----------
    path
        Columns as in recommendations.parquet, and `shown`, the moment at which the list was shown; any others are
        segments, such as a page or a test group.
    timezone
        Of moments that name none; null: UTC.

    Returns
    -------
    pl.DataFrame
        session (text), shown (UTC), type, rank, item (text), events (how many were visible; null where the table does
        not say), score (likewise), and the segments as texts.

    Raises
    ------
    AisleError
        If the file cannot be read, lacks a column, or a value is none of what its column takes.
    """
    raw = pl.concat([refuse_faults(batch, path) for batch in read_batches(path, LogFormat())], how="vertical_relaxed")
    for name in NEEDED:
        if name not in raw.columns:
            near = did_you_mean(name, raw.columns) or f"; it has {raw.columns}."
            raise AisleError(f"{path}: `served` needs a column `{name}`{near}")
    shown = read_times(raw["shown"], Clock(timezone=timezone or "UTC")).ts
    types = raw["type"].cast(pl.String)
    kept = types.is_in(list(TYPES))
    numbers = {
        "rank": _whole(raw["rank"]),
        "events": _optional(raw, "events", pl.Int64()),
        "score": _optional(raw, "score", pl.Float64()),
    }
    _refuse(path, "shown", raw, shown.is_null(), "a time is written like 2025-03-01T08:00:00Z")
    _refuse(path, "type", raw, ~kept.fill_null(False), f"write one of {', '.join(TYPES)}")
    _refuse(path, "rank", raw, ~(numbers["rank"] >= 1).fill_null(False), "places are whole numbers from 1")
    _refuse(path, "events", raw, _faulty(raw, numbers, pl.col("events") >= 0), "it counts what was visible, from 0")
    _refuse(path, "score", raw, _faulty(raw, numbers, pl.col("score").is_finite()), "write a number, or nothing")
    for name in ("session", "item"):
        _refuse(path, name, raw, raw[name].is_null(), "name it by the shop's own key")
    segments = [name for name in raw.columns if name not in (*NEEDED, *OPTIONAL)]
    return raw.select(
        pl.col("session").cast(pl.String),
        shown.alias("shown"),
        types.cast(TypeEnum).alias("type"),
        numbers["rank"].alias("rank"),
        pl.col("item").cast(pl.String),
        numbers["events"].alias("events"),
        numbers["score"].alias("score"),
        *(pl.col(name).cast(pl.String) for name in segments),
    )


def segments_of(served: pl.DataFrame) -> list[str]:
    """The columns of `read_served` that are a shop's own segments."""
    return [name for name in served.columns if name not in (*NEEDED, *OPTIONAL)]


def _whole(column: pl.Series) -> pl.Series:
    """Whole numbers; null for all else."""
    number = column.cast(pl.Float64, strict=False)
    return number.cast(pl.Int64, strict=False).set(number != number.floor(), None)


def _faulty(raw: pl.DataFrame, numbers: Mapping[str, pl.Series], sound: pl.Expr) -> pl.Series:
    """Where a column that may be left empty has something else than it takes; nowhere where there is no column."""
    name = sound.meta.root_names()[0]
    if name not in raw.columns:
        return pl.repeat(False, raw.height, eager=True)
    given = raw[name].cast(pl.String).str.strip_chars().fill_null("") != ""
    return given & ~numbers[name].to_frame().select(sound.fill_null(False)).to_series()


def _optional(raw: pl.DataFrame, name: str, kind: pl.DataType) -> pl.Series:
    if name not in raw.columns:
        return pl.Series(name, [None] * raw.height, dtype=kind)
    return _whole(raw[name]) if kind.is_integer() else raw[name].cast(kind, strict=False)


def _refuse(path: Path, name: str, raw: pl.DataFrame, wrong: pl.Series, mend: str) -> None:
    if wrong.any():
        row = int(wrong.arg_true()[0])
        raise AisleError(f"{path}: row {row + 1}: `{name}` is {str(raw[name][row])[:60]!r}; {mend}.")
