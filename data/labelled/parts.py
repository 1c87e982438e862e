"""Which files of a table are read: those whose folder's time lies in a window."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from data.errors import AisleError
from data.labelled.config import Labelled, Window, moment_of
from data.opening.hive import partitions_of
from data.opening.unread import shown
from data.shortened import one_line, sample

EMPTY, NO_ROW = "it has no byte", "it has no row"
MEND = re.compile(r"(; [^;]*\bfetch it again)?\.$")
"""How an error of a file ends, whose mend is said once of all parts."""


@dataclass(frozen=True)
class Part:
    """A file of a table.

    Parameters
    ----------
    path
        The file.
    moment
        What its folder tells of its rows' time, in UTC without a zone; null where it tells nothing.
    """

    path: Path
    moment: datetime | None = None


@dataclass(frozen=True)
class Aside:
    """A file that is not read, and why, in a few words without a stop."""

    path: Path
    why: str

    @classmethod
    def of(cls, path: Path, error: AisleError) -> "Aside":
        """A file that an error tells of, without its name and its mend."""
        return cls(path, one_line(MEND.sub("", str(error).removeprefix(f"{path}: ")), 200))


@dataclass(frozen=True)
class Chosen:
    """The files of a window.

    Parameters
    ----------
    parts
        Those that are read, in the order of their times and names.
    aside
        Those that cannot be placed, or are empty.
    outside
        How many lie outside the window, or are not taken because of `max_partitions`.
    """

    parts: tuple[Part, ...]
    aside: tuple[Aside, ...] = ()
    outside: int = field(default=0)


def parts_within(files: Sequence[Path], empty: Sequence[Path], table: Labelled, window: Window) -> Chosen:
    """Choose a window's files.

    Parameters
    ----------
    files, empty
        All of them, and those of no byte, as `data.opening.paths.named_files` finds them.
    table, window
        How their folders tell the time, and from when until when.

    Raises
    ------
    AisleError
        If no folder tells a time and no column does, or no file lies in the window.
    """
    placed = [_placed(path, table) for path in (*files, *empty)]
    aside = [one for one in placed if isinstance(one, Aside)]
    parts = [one for one in placed if isinstance(one, Part)]
    if not parts:
        raise AisleError(_untimed(aside, table))
    inside = [part for part in parts if _is_inside(part.moment, *table.bounds(window))]
    if not inside:
        raise AisleError(_outside(parts, window))
    taken = _spread(inside, window.max_partitions)
    lacking = set(empty)
    aside += [Aside(part.path, EMPTY) for part in taken if part.path in lacking]
    read = sorted((part for part in taken if part.path not in lacking), key=_order)
    return Chosen(tuple(read), tuple(aside), len(parts) - len(taken))


def _placed(path: Path, table: Labelled) -> Part | Aside:
    told = {} if table.partition is None else partitions_of(path)
    if table.partition not in told:
        return Part(path) if table.time else Aside(path, f"no folder `{table.partition}=...` tells its time")
    text = told[table.partition]
    moment = None if text is None else moment_of(text, table.time_format)
    if moment is None:
        return Aside(path, f"its folder's time {sample(text)!r} is not written like `time_format` {table.time_format}")
    return Part(path, moment)


def _is_inside(moment: datetime | None, first: datetime | None, last: datetime | None) -> bool:
    """Whether a folder's time lies in a window; a file of unknown time may have rows in it."""
    return moment is None or ((first is None or moment >= first) and (last is None or moment <= last))


def _order(part: Part) -> tuple[datetime, tuple[str, ...]]:
    return part.moment or datetime.min, part.path.parts


def _spread(parts: list[Part], most: int | None) -> list[Part]:
    """Those of `most` moments that are evenly spread, the last one among them."""
    moments = sorted({part.moment or datetime.min for part in parts})
    if most is None or len(moments) <= most:
        return parts
    kept = {moments[len(moments) * (step + 1) // most - 1] for step in range(most)}
    return [part for part in parts if (part.moment or datetime.min) in kept]


def _untimed(aside: Sequence[Aside], table: Labelled) -> str:
    if not aside:
        return "the table has no file to read; name its folder."
    return (
        f"{shown(aside[0].path)}: {aside[0].why}, and so it is of all {len(aside):,} files; name the folders' column "
        "with `partition`, or the rows' with `time`."
    )


def _outside(parts: Sequence[Part], window: Window) -> str:
    moments = sorted(part.moment for part in parts if part.moment is not None)
    return (
        f"none of {len(parts):,} files lies between {window.first or 'the first'} and {window.last or 'the last'}: "
        f"their folders' times go from {moments[0]:%Y-%m-%d %H:%M} to {moments[-1]:%Y-%m-%d %H:%M}; move the window."
    )
