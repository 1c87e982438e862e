"""Lists as a shop has shown them: recommendations with the moment at which each was shown."""

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
        "rank": raw["rank"].cast(pl.Int64, strict=False),
        "events": _optional(raw, "events", pl.Int64()),
        "score": _optional(raw, "score", pl.Float64()),
    }
    _refuse(path, "shown", raw, shown.is_null(), "a time is written like 2025-03-01T08:00:00Z")
    _refuse(path, "type", raw, ~kept.fill_null(False), f"write one of {', '.join(TYPES)}")
    _refuse(path, "rank", raw, ~(numbers["rank"] >= 1).fill_null(False), "places are whole numbers from 1")
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


def _optional(raw: pl.DataFrame, name: str, kind: pl.DataType) -> pl.Series:
    found = raw[name] if name in raw.columns else pl.Series(name, [None] * raw.height)
    return found.cast(kind, strict=False)


def _refuse(path: Path, name: str, raw: pl.DataFrame, wrong: pl.Series, mend: str) -> None:
    if wrong.any():
        row = int(wrong.arg_true()[0])
        raise AisleError(f"{path}: row {row + 1}: `{name}` is {str(raw[name][row])[:60]!r}; {mend}.")
