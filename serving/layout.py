"""Events that a program gives, brought from the log's own layout to Aisle's names."""

from dataclasses import fields, replace
from pathlib import Path

import polars as pl

from data.formats import Columns, Flag, LogFormat
from data.shapes.column_names import column_names
from data.shapes.nested import is_path
from data.shapes.shaping import shaped

SPECIAL = ",.["
"""Signs of a name that is a path, or several columns."""


def is_plain(layout: LogFormat) -> bool:
    """Whether a log's columns only have other names than Aisle's."""
    told = layout.columns
    if layout.flags or layout.every_row or told.order or told.event_id or told.ts is None:
        return False
    names = (getattr(told, field.name) for field in fields(told))
    return not any(sign in name for name in names if name for sign in SPECIAL)


def laid_out(events: pl.DataFrame, layout: LogFormat, where: Path) -> pl.DataFrame:
    """Events as a reader gives them, however much of the log's layout they have.

    Parameters
    ----------
    events
        The log's own columns, those of joined tables among them, or Aisle's.
    layout
        The log's. Without an item or a time, the events are given back with the other columns only.
    where
        What messages call the events.
    """
    columns = {field.name: _source(events, layout.columns, field.name) for field in fields(Columns)}
    if columns["item"] is None or (columns["ts"] is None and columns["order"] is None):
        found = [ours for ours, theirs in columns.items() if theirs is not None]
        return events.select(pl.lit(None).alias(ours) for ours in found)
    named = Columns(**columns)
    if named.type is not None:
        return shaped(events, where, replace(layout, columns=named, joins={}, flags={}, every_row=None))
    flags = layout.flags if all(_there(name, events) for name in layout.flags) else {}
    flags = {name: _as_far_as_there(flag, events) for name, flag in flags.items()}
    return shaped(events, where, replace(layout, columns=named, joins={}, flags=flags))


def _source(events: pl.DataFrame, columns: Columns, ours: str) -> str | None:
    """Where the events have one of Aisle's columns: under the log's name, or Aisle's; null if nowhere."""
    theirs = getattr(columns, ours)
    if theirs is not None and all(_there(name, events) for name in column_names(theirs, events.columns)):
        return str(theirs)
    return ours if ours in events.columns else None


def _as_far_as_there(flag: Flag, events: pl.DataFrame) -> Flag:
    """A flag without the columns that a running session does not have: what it shows happened when it says."""
    ts, number = (name if name and _there(name, events) else None for name in (flag.ts, flag.event_id))
    return replace(flag, ts=ts, event_id=number)


def _there(name: str, events: pl.DataFrame) -> bool:
    begins = any(name.startswith((f"{column}.", f"{column}[")) for column in events.columns)
    return name in events.columns or (is_path(name) and begins)
