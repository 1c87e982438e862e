"""Which of a log's files are left out, rule by rule: by their times, by shares, by caps."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

import polars as pl

from data.opening.hive import PARTITION
from data.partitions.drawing import bound_of, drawn
from data.partitions.folders import Folders
from data.partitions.parts import Part
from data.partitions.window import Window

OUTSIDE = "outside the window"
Rule = Callable[[list[Part]], list[Part]]


def kept_by_rules(parts: Sequence[Part], folders: Folders, window: Window) -> tuple[list[Part], dict[str, int]]:
    """Apply a window's rules, one after another.

    Parameters
    ----------
    parts
        All parts, in the order of their times.
    folders, window
        How their times are told, and what is read.

    Returns
    -------
    tuple
        The parts that no rule leaves out, in their order; and by rule, how many it leaves out, where it does any.
    """
    first, last = folders.bounds(window)
    rules: dict[str, Rule] = {
        OUTSIDE: lambda some: [part for part in some if _is_inside(part.moment, first, last)],
        "not in `share_of_partitions`": lambda some: _shared(some, _times(some, folders), window.share_of_partitions),
        "over `max_partitions`": lambda some: _spread(some, window.max_partitions),
        "not in `share_of_parts`": lambda some: _shared(some, list(map(_name, some)), window.share_of_parts),
        "over `max_parts`": lambda some: _few(some, window.max_parts),
    }
    taken = list(parts)
    left: dict[str, int] = {}
    for why, rule in rules.items():
        before, taken = len(taken), rule(taken)
        left |= {why: before - len(taken)} if len(taken) < before else {}
    return taken, left


def _is_inside(moment: datetime | None, first: datetime | None, last: datetime | None) -> bool:
    """Whether a folder's time lies in a window; a file of unknown time may have rows in it."""
    return moment is None or ((first is None or moment >= first) and (last is None or moment <= last))


def _shared(parts: list[Part], names: Sequence[str], share: float) -> list[Part]:
    bound = bound_of(share)
    if bound is None or not parts:
        return parts
    kept = (drawn(pl.Series(names, dtype=pl.String)) < bound).to_list()
    return [part for part, keep in zip(parts, kept, strict=True) if keep]


def _spread(parts: list[Part], most: int | None) -> list[Part]:
    """Those of `most` moments that are evenly spread, the last one among them."""
    moments = sorted({_moment(part) for part in parts})
    if most is None or len(moments) <= most:
        return parts
    kept = {moments[len(moments) * (step + 1) // most - 1] for step in range(most)}
    return [part for part in parts if _moment(part) in kept]


def _few(parts: list[Part], most: int | None) -> list[Part]:
    """Of each moment at most so many, those of the smallest hash."""
    if most is None or not parts:
        return parts
    names = [_name(part) for part in parts]
    hashes = drawn(pl.Series(names, dtype=pl.String)).to_list()
    order = sorted(range(len(parts)), key=lambda place: (hashes[place], names[place], str(parts[place].path)))
    seen, kept = Counter[datetime](), set[int]()
    for place in order:
        moment = _moment(parts[place])
        kept |= {place} if seen[moment] < most else set()
        seen[moment] += 1
    return [part for place, part in enumerate(parts) if place in kept]


def _times(parts: Sequence[Part], folders: Folders) -> list[str]:
    return [folders.text_of(part.path) or "" for part in parts]


def _moment(part: Part) -> datetime:
    return part.moment or datetime.min


def _name(part: Part) -> str:
    """A file's name with its folders', from the first that names a column: the same wherever the log lies."""
    parts = part.path.parts
    first = next((place for place, name in enumerate(parts[:-1]) if PARTITION.fullmatch(name)), max(len(parts) - 2, 0))
    return "/".join(parts[first:])
