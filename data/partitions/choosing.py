"""Which files of a log are read, told by their names alone: none is opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.errors import AisleError
from data.opening.hive import PARTITION
from data.opening.unread import shown
from data.partitions.folders import Folders, moment_of
from data.partitions.parts import EMPTY, Aside, Part
from data.partitions.rules import OUTSIDE, kept_by_rules
from data.partitions.window import Window
from data.shortened import sample, some


@dataclass(frozen=True)
class Chosen:
    """The files of a window.

    Parameters
    ----------
    parts
        Those that are read, in the order of their times and names.
    aside
        Those that cannot be placed, or are empty.
    left
        How many are not read by the window's rules, by rule.
    placed
        All that have a place, in the order of their times.
    """

    parts: tuple[Part, ...]
    aside: tuple[Aside, ...] = ()
    left: Mapping[str, int] = field(default_factory=dict)
    placed: tuple[Part, ...] = ()

    @property
    def outside(self) -> int:
        """How many are not read by the window's rules."""
        return sum(self.left.values())


def parts_within(
    files: Sequence[Path], empty: Sequence[Path], folders: Folders, window: Window, *, untimed: bool = False
) -> Chosen:
    """Choose a window's files by their names alone: none is opened.

    Parameters
    ----------
    files, empty
        All of them, and those of no byte, as `data.opening.paths.named_files` finds them.
    folders, window
        How their folders tell the time, and which of them are read.
    untimed
        Whether files that lie in no such folder are read, as their rows tell the time, or nothing does.

    Raises
    ------
    AisleError
        If no folder tells a time and nothing else does, or no file is left.
    """
    placed = [_placed(path, folders, untimed=untimed) for path in (*files, *empty)]
    aside = [one for one in placed if isinstance(one, Aside)]
    parts = sorted((one for one in placed if isinstance(one, Part)), key=lambda part: part.order)
    if not parts:
        raise AisleError(_untimed(aside, folders))
    _require_times(folders, window)
    taken, left = kept_by_rules(parts, folders, window)
    if not taken:
        raise AisleError(_nothing(parts, folders, window, left))
    lacking = set(empty)
    aside += [Aside(part.path, EMPTY) for part in taken if part.path in lacking]
    read = tuple(part for part in taken if part.path not in lacking)
    return Chosen(read, tuple(aside), left, tuple(parts))


def _placed(path: Path, folders: Folders, *, untimed: bool) -> Part | Aside:
    if not folders.is_told(path):
        return Part(path) if untimed else Aside(path, f"no {folders.shown} tells its time")
    text = folders.text_of(path)
    moment = None if text is None else moment_of(text, folders.time_format)
    if moment is None:
        layout = folders.time_format
        return Aside(path, f"its folder's time {sample(text)!r} is not written like `time_format` {layout}")
    return Part(path, moment)


def _require_times(folders: Folders, window: Window) -> None:
    if folders.partition is None and window.of_partitions:
        raise AisleError(f"`{window.of_partitions[0]}` needs `partition`: name the column of the folders' times.")


def _untimed(aside: Sequence[Aside], folders: Folders) -> str:
    if not aside:
        return "the table has no file to read; name its folder."
    there = sorted({match[1] for one in aside for name in one.path.parts if (match := PARTITION.fullmatch(name))})
    known = f" (there are {some(there, 4)})" if there and not folders.is_told(aside[0].path) else ""
    return (
        f"{shown(aside[0].path)}: {aside[0].why}, and so it is of all {len(aside):,} files{known}; name what "
        "tells the time with `partition` (or a table's column with `time`)."
    )


def _nothing(parts: Sequence[Part], folders: Folders, window: Window, left: Mapping[str, int]) -> str:
    if left.get(OUTSIDE) == len(parts):
        there = " to ".join(str(folders.text_of(part.path)) for part in (parts[0], parts[-1]))
        return (
            f"none of {len(parts):,} files lies between {window.first or 'the first'} and {window.last or 'the last'}: "
            f"their folders' times go from {there}; move the window."
        )
    told = ", ".join(f"{why} {count:,}" for why, count in left.items())
    return f"none of {len(parts):,} files is read ({told}); raise the share, or move the window."
