"""A batch as the configuration lays it out: columns, paths, keys of several columns, joined tables, flags, order."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import polars as pl

from data.fault import FAULT
from data.files import require_columns
from data.formats import LogFormat
from data.opening.leaves import begin_of
from data.shapes.column_names import column_names
from data.shapes.flags import EVENT, FLAGGED, events_of, flagged, times_of
from data.shapes.joined import Joined, offered
from data.shapes.joining import join_tables
from data.shapes.marks import DROPPED, EVENT_ID, FILE_ROW, ORDER
from data.shapes.nested import is_path, require_single, unnested, with_single
from data.shapes.ordering import clock_times, order_columns, unordered, untimed
from data.shapes.wanted import columns_named, flag_columns
from data.values.key_text import joined_key, key_text
from data.values.null_tokens import tokens_of

MEND = "name the log's own columns under `input.format.columns`"
ONE_ITEM = "all"
"""The key of what is bought in a log without items."""


def shaped(batch: pl.DataFrame, path: Path, log_format: LogFormat, tables: Sequence[Joined] = ()) -> pl.DataFrame:
    """A raw batch under Aisle's names.

    Parameters
    ----------
    batch
        Rows as the file has them.
    path
        The file, for messages.
    log_format
        The layout.
    tables
        What is joined.

    Returns
    -------
    pl.DataFrame
        What a reader yields (see `data.readers.reader`).

    Raises
    ------
    AisleError
        If a column that is named is not there.
    """
    named = columns_named(log_format.columns, {*batch.columns, *offered(tables)})
    wanted = [name for names in named.values() for name in names]
    wanted += [*flag_columns(log_format), *(name for table in tables for name in table.ours)]
    rows = _reached(batch, wanted, tables, path)
    if tables:
        rows = join_tables(rows, tables, wanted, path)
    if log_format.flags:
        single = [*flag_columns(log_format), *(named["ts"] if log_format.own_times else [])]
        rows = flagged(with_single(rows, single, path), log_format.flags)
    return _selected(rows, named, path, log_format)


def with_keys(rows: pl.DataFrame, names: Iterable[str], path: Path, log_format: LogFormat) -> pl.DataFrame:
    """Rows with those of Aisle's keys that they lack and whose several columns they have, such as labels."""
    tokens = tokens_of(log_format.null_tokens)
    for name in names:
        parts = column_names(getattr(log_format.columns, name) or "")
        if name not in rows.columns and len(parts) > 1 and set(parts) <= set(rows.columns):
            plain = with_single(rows, parts, path)
            rows = plain.with_columns(_key(parts, plain, tokens).alias(name))
    return rows


def _reached(batch: pl.DataFrame, wanted: Sequence[str], tables: Sequence[Joined], path: Path) -> pl.DataFrame:
    """The batch with a column for each path; names that a table tells are left to it."""
    own = [name for name in dict.fromkeys(wanted) if _is_own(name, batch.columns, tables)]
    paths = [name for name in own if name not in batch.columns and is_path(name)]
    require_columns(batch, [name for name in own if name not in paths], path, mend=MEND)
    return unnested(batch, paths, [name for name in own if name not in paths], path) if paths else batch


def _is_own(name: str, columns: Sequence[str], tables: Sequence[Joined]) -> bool:
    """Whether a name is the log's: a column, a path into one, or what no table tells."""
    if name in columns or not any(one.tells(name) for one in tables):
        return True
    return begin_of(name, columns) is not None and not any(name in one.taken for one in tables)


def _selected(rows: pl.DataFrame, named: dict[str, list[str]], path: Path, log_format: LogFormat) -> pl.DataFrame:
    """Aisle's columns, and beside them those of `ORDER`, `FAULT` and `FILE_ROW` and `dropped` that there are."""
    order = named.pop("order", [])
    made = {ours: names for ours, names in named.items() if len(names) > 1 or ours == EVENT_ID}
    require_single(rows, [name for names in named.values() for name in names], path)
    rows = with_single(rows, [*order, *(name for names in made.values() for name in names)], path)
    tokens = tokens_of(log_format.null_tokens)
    chosen = {ours: _key(names, rows, tokens) if ours in made else pl.col(names[0]) for ours, names in named.items()}
    faults = [pl.col(FAULT)] if FAULT in rows.columns else []
    if FLAGGED in rows.columns:
        chosen |= _of_flags(rows, chosen, named, path, log_format)
    if EVENT_ID in chosen:  # which is no key that such words are counted of
        chosen[EVENT_ID] = pl.when(~chosen[EVENT_ID].str.to_lowercase().is_in(sorted(tokens))).then(chosen[EVENT_ID])
    if order:
        rows = rows.with_columns(order_columns(order, rows.schema))
        faults += [unordered(order, rows.schema)]
    if "item" not in chosen:
        chosen["item"] = pl.lit(ONE_ITEM)
    if "ts" not in chosen:
        chosen["ts"] = clock_times(log_format)
        faults += [untimed(log_format)]
    if "type" not in chosen:
        chosen["type"] = pl.col(FLAGGED) if FLAGGED in rows.columns else pl.lit(log_format.every_row or "clicks")
    if faults:
        chosen[FAULT] = pl.coalesce(faults)
    if DROPPED in rows.columns:
        chosen["dropped"] = pl.col(DROPPED)
    carried = [name for name in rows.columns if name == FILE_ROW or name.startswith(ORDER)]
    return rows.select(*(value.alias(ours) for ours, value in chosen.items()), *carried)


def _of_flags(
    rows: pl.DataFrame, chosen: dict[str, pl.Expr], named: dict[str, list[str]], path: Path, log_format: LogFormat
) -> dict[str, pl.Expr]:
    """The times and numbers of rows that flags made, where these have their own."""
    flags, own = log_format.flags, {}
    if log_format.own_times:
        own["ts"] = times_of(flags, named["ts"][0], rows.schema, path)
    if log_format.numbered:
        number = chosen.get(EVENT_ID, pl.lit(None, pl.String))
        for place, event in enumerate(events_of(flags)):
            if event.event_id is not None:
                mine = _key([event.event_id], rows, tokens_of(log_format.null_tokens))
                number = pl.when(pl.col(EVENT) == place).then(mine).otherwise(number)
        own[EVENT_ID] = number
    return own


def _key(names: Sequence[str], rows: pl.DataFrame, tokens: Collection[str]) -> pl.Expr:
    return joined_key([key_text(pl.col(name), rows.schema[name]) for name in names], tokens)
