"""A file of rules, read and checked: a row a rule, and one line that says what is wrong with a row."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import polars as pl

from data.errors import AisleError, EmptyFileError
from data.filter_files import ItemFiles
from data.formats import LogFormat
from data.nearest import did_you_mean
from data.popularity import MOST_TOP
from data.rules.rule import KINDS, ONS, PLACES, SEGMENTS, USER, Rule
from data.values.clock import Clock, read_times

REQUIRED = ("kind", "on", "key")
OPTIONAL = ("from", "until", "whom", "places")
REVIEW = ("suggested", "why", "text", "shown", "hits", "promised", "z", "unshown")
"""Further columns of a table for review, which decide nothing."""
MOST = 10_000
"""Rules of a file."""
START = datetime(1970, 1, 1, tzinfo=UTC)


def read_rules(path: Path, layout: LogFormat | None = None) -> tuple[Rule, ...]:
    """The rules of a file, in its order; a row without a `kind` is none.

    Parameters
    ----------
    path
        A table with the columns kind, on and key, and perhaps from, until, whom and places.
    layout
        The log's: how the file may be written, and the zone of times that name none (UTC where it names none).

    Raises
    ------
    AisleError
        If the file cannot be read, lacks a column or has a strange one, or a cell is none of what its column takes.
    """
    layout = layout or LogFormat()
    try:
        table = ItemFiles(REQUIRED, layout).table(path)
    except EmptyFileError:  # a table for review in which nothing is to be looked at
        return ()
    if table is None:
        raise AisleError(f"{path}: `rules` needs a first line with the columns kind, on, key; write them there.")
    _check_columns(path, table.columns)
    if table.height > MOST:
        raise AisleError(f"{path}: `rules` are {table.height:,}, and {MOST:,} are taken; name categories or brands.")
    named = [name for name in (*REQUIRED, *OPTIONAL) if name in table.columns]
    cells = table.select(pl.col(name).cast(pl.String).str.strip_chars().fill_null("") for name in named)
    moments = {name: _moments(path, name, table, cells, layout) for name in named if name in ("from", "until")}
    since, until = (moments.get(name, [None] * table.height) for name in ("from", "until"))
    rows = zip(cells.iter_rows(named=True), since, until, strict=True)
    return tuple(_rule(path, number, *row) for number, row in enumerate(rows, 1) if row[0]["kind"])


def _check_columns(path: Path, columns: list[str]) -> None:
    lacking = [name for name in REQUIRED if name not in columns]
    if lacking:
        raise AisleError(f"{path}: `rules` lacks the columns {lacking}, it has {columns}: name them so.")
    for name in columns:
        if name not in (known := (*REQUIRED, *OPTIONAL, *REVIEW)):
            near = did_you_mean(name, known) or f"; the columns are {', '.join((*REQUIRED, *OPTIONAL))}."
            raise AisleError(f"{path}: `rules` has a column {name!r} that means nothing{near}")


def _moments(path: Path, name: str, raw: pl.DataFrame, cells: pl.DataFrame, layout: LogFormat) -> list[datetime | None]:
    """Times in UTC; null where a cell is empty."""
    given = raw[name] if raw[name].dtype.is_temporal() else cells[name].replace("", None)
    clock = Clock(layout.unit, layout.timezone or "UTC")
    times = read_times(given, clock).ts.to_physical().to_list()
    for number, (cell, ms) in enumerate(zip(cells[name], times, strict=True), 1):
        if cell and ms is None:
            _refuse(path, number, name, cell, "a time is written like 2025-03-01 or 2025-03-01T08:00:00Z")
    return [None if ms is None else START + timedelta(milliseconds=ms) for ms in times]


def _rule(path: Path, number: int, row: Mapping[str, str], since: datetime | None, until: datetime | None) -> Rule:
    kind = next((kind for kind in KINDS if kind == row["kind"].lower()), None)
    if kind is None:
        _refuse(path, number, "kind", row["kind"], f"write one of {', '.join(KINDS)}, or nothing for no rule")
    on = next((on for on in ONS if on == row["on"].lower()), None)
    if on is None:
        _refuse(path, number, "on", row["on"], f"write one of {', '.join(ONS)}")
    if not row["key"]:
        _refuse(path, number, "key", "", f"name the {on} by the shop's own key")
    if since is not None and until is not None and until <= since:
        _refuse(path, number, "until", row["until"], "it must lie after `from`")
    return Rule(
        *(number, kind, on, row["key"], _places(path, number, kind, row.get("places", ""))),
        *(since, until, _whom(path, number, row.get("whom", ""))),
    )


def _places(path: Path, number: int, kind: str, given: str) -> int:
    if not given or kind == "block":
        return PLACES[kind]
    if not (given.isascii() and given.isdigit()) or not 1 <= int(given[:9]) <= MOST_TOP:
        _refuse(path, number, "places", given, f"give a whole number from 1 to {MOST_TOP:,}")
    return int(given)


def _whom(path: Path, number: int, given: str) -> str:
    if given.startswith(USER) and given.removeprefix(USER).strip():
        return USER + given.removeprefix(USER).strip()
    found = given.lower() or SEGMENTS[0]
    if found not in SEGMENTS:
        near = did_you_mean(given, SEGMENTS).rstrip("?")
        _refuse(path, number, "whom", given, f"write one of {', '.join(SEGMENTS)}, or {USER}KEY for one visitor{near}")
    return found


def _refuse(path: Path, number: int, column: str, given: str, mend: str) -> NoReturn:
    raise AisleError(f"{path}: row {number}: `{column}` is {given[:60]!r}; {mend}.")
