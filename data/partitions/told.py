"""What is said of a window: which files were read, and how many were not, by what rule."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from data.numbered import are
from data.opening.unread import shown
from data.partitions.choosing import Chosen
from data.partitions.folders import Folders, moment_of
from data.partitions.parts import Part
from data.warned import Warned


def read_of(files: Sequence[Path], folders: Folders) -> Mapping[str, Any]:
    """What a summary says of the files that are read.

    Parameters
    ----------
    files
        The files.
    folders
        How their time is told.

    Returns
    -------
    Mapping
        `files`; and where a time is told: `partition`, how many `partitions` there are, the `first` and the `last`, as
        they are written.
    """
    times = _times(
        [Part(path, moment_of(text, folders.time_format)) for path in files if (text := folders.text_of(path))]
    )
    if not times:
        return {"files": len(files)}
    ends = {name: folders.text_of(times[end]) for name, end in (("first", 0), ("last", -1))}
    return {"files": len(files), "partition": folders.partition, "partitions": len(times), **ends}


def described(read: Mapping[str, Any] | None) -> list[str]:
    """What `read_of` gives in a line for a reader; none where a log has no window."""
    if not read or "partitions" not in read:
        return []
    return [f"{read['partitions']:,} partitions of {read['partition']} from {read['first']} to {read['last']}"]


def left_of(chosen: Chosen, folders: Folders, what: str) -> list[Warned]:
    """What a window leaves out, in a line: nothing where it leaves nothing out.

    Parameters
    ----------
    chosen, folders
        The window's files, and how their time is told.
    what
        Of what they are, such as ` of the log`.
    """
    if not chosen.left:
        return []
    rules = ", ".join(f"{why} {count:,}" for why, count in chosen.left.items())
    total = len(chosen.placed)
    said = f"{are(chosen.outside, 'file', of=total, what=what)} not read ({rules})"
    counts: dict[str, int | float | str] = {"files": chosen.outside, "of": total}
    every, read = _times(chosen.placed), _times(chosen.parts)
    if folders.partition is not None and every and read:
        spans = (
            " to ".join(dict.fromkeys(str(folders.text_of(some[end])) for end in (0, -1))) for some in (every, read)
        )
        there, taken = spans
        said += f": of {len(every):,} partitions from {there}, {len(read):,} are read, {taken}"
        counts |= {"partitions": len(every) - len(read), "of_partitions": len(every)}
    return [Warned("partitions_left", f"{said}.", counts)]


def unplaced(chosen: Chosen, what: str) -> list[Warned]:
    """Files that a window cannot place, and so does not read, in a line that names the first."""
    if not chosen.aside:
        return []
    first = chosen.aside[0]
    said = (
        f"{are(len(chosen.aside), 'file', what=what)} not read, as nothing tells when: {shown(first.path)}: {first.why}"
    )
    return [Warned("partitions_unplaced", f"{said}.", {"files": len(chosen.aside)})]


def _times(parts: Sequence[Part]) -> list[Path]:
    """A file of each time, in their order."""
    found = {part.moment: part.path for part in parts if part.moment is not None}
    return [found[moment] for moment in sorted(found)]
