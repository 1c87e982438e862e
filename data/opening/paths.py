"""Which files a setting names: files, folders and patterns, in an order that does not change."""

import glob
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.errors import AisleError
from data.listed import listed
from data.opening.endings import is_marker, is_readable
from data.opening.unread import require_file, shown
from data.paths import WORKDIR_MARK, exists, file_of
from data.shortened import some
from data.warned import Warned

PATTERN = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Found:
    """The files that a setting names.

    Parameters
    ----------
    files
        To be read, in this order.
    left_out
        Files of folders whose ending is none that is read.
    parts
        The paths as they were named.
    empty
        Files of folders and patterns that would be read if they had a byte.
    """

    files: list[Path] = field(default_factory=list)
    left_out: list[Path] = field(default_factory=list)
    parts: list[Path] = field(default_factory=list)
    empty: list[Path] = field(default_factory=list)


def named_files(given: str, setting: str, relocated: Callable[[str], str] = lambda path: path) -> Found:
    """The files that a text names.

    What stands between commas is a file, a folder (all files in it and in its folders that have a known ending) or a
    pattern (`*`, `?`, `[..]`; `**` for folders of any depth). A file that is there under its very name is that file,
    whatever signs it has. Hidden files, those that begin with `_`, as jobs write them, empty ones and what
    Aisle's own working directories hold are passed over in folders and patterns. The parts stand in the order given,
    the files within a folder or pattern in that of their names.

    Parameters
    ----------
    given
        Paths with commas between; one that holds a comma stands in quotes.
    setting
        What names them, for messages.
    relocated
        What becomes of each path first.

    Raises
    ------
    AisleError
        If no file is named, one is named twice, or something named cannot be a path or is not there.
    """
    names = [given] if _is_file(given) else listed(given)
    if not names:
        raise AisleError(f"`{setting}`: no file is named in {given!r}; give a path.")
    found = Found()
    for name in names:
        _add(found, relocated(name), setting)
    twice = [path for path, count in Counter(map(_identity, found.files)).items() if count > 1]
    if twice:
        path = next(path for path in found.files if _identity(path) == twice[0])
        raise AisleError(
            f"{shown(path)}: is named twice in {shown(given)!r}, so that its rows would count twice; name it once."
        )
    return found


def warned_of(left_out: Sequence[Path]) -> tuple[Warned, ...]:
    """What is said of files of folders that are not read: nothing where there are none."""
    if not left_out:
        return ()
    names = some((shown(path.name) for path in left_out), 4)
    said = (
        f"{len(left_out):,} files of the named folders are not read, for their endings are none of a log's ({names}); "
        "name them, or a pattern with their ending, to read them."
    )
    return (Warned("files_left_out", said, {"files": len(left_out)}),)


def _add(found: Found, name: str, setting: str) -> None:
    """Add what one path names."""
    path = file_of(name, setting)
    found.parts.append(path)
    if _is_folder(path):
        _add_all(found, _within(path), f"{shown(path)}: the folder holds no file that can be read", folder=True)
    elif PATTERN.search(name) and not exists(path):
        pattern = str(path)
        matches = sorted(glob.iglob(pattern, recursive=True), key=lambda match: Path(match).parts)
        base = next(one for one in path.parents if not PATTERN.search(str(one)))
        own = [match for match in map(Path, matches) if not _in_workdir(match, base)]
        files = (file for match in own for file in (_within(match) if match.is_dir() else [match]))
        ending = "." in Path(pattern).name
        _add_all(found, files, f"{shown(path)}: no file matches the pattern", folder=not ending)
    else:
        require_file(path)
        found.files.append(path)


def _add_all(found: Found, files: Iterator[Path], nothing: str, *, folder: bool) -> None:
    """Add a folder's or a pattern's files; within a folder the ending decides."""
    before, passed_over = len(found.files), []
    seen: set[object] = set()
    for file in dict.fromkeys(files):
        if is_marker(file.name) or not file.is_file() or _identity(file) in seen:
            continue
        if not _has_bytes(file):
            found.empty.extend([file] if is_readable(file.name) else [])
            continue
        if folder and not is_readable(file.name):
            passed_over.append(file)
            continue
        seen.add(_identity(file))
        found.files.append(file)
    found.left_out.extend(passed_over)
    if len(found.files) == before:
        what = f" (it has {some(file.name for file in passed_over)})" if passed_over else ""
        raise AisleError(f"{nothing}{what}; name .csv, .jsonl, .json or .parquet files, packed or not.")


def _within(folder: Path) -> Iterator[Path]:
    """The files of a folder and of those in it, by name; hidden folders and those of markers are passed over."""
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        raise AisleError(
            f"{shown(folder)}: the folder cannot be read ({error.strerror}); check your rights to it."
        ) from None
    for entry in entries:
        if entry.is_dir() and not entry.is_symlink() and not is_marker(entry.name):
            if not (entry / WORKDIR_MARK).is_file():
                yield from _within(entry)
        elif not entry.is_dir():
            yield entry


def _in_workdir(path: Path, base: Path) -> bool:
    """Whether a path below a folder lies in a working directory below it, whose tables are no log."""
    below = [path, *path.parents][: len(path.parts) - len(base.parts)]
    return any((folder / WORKDIR_MARK).is_file() for folder in below)


def _identity(path: Path) -> object:
    """What two names of one file share."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return str(path)
    return status.st_dev, status.st_ino


def _has_bytes(file: Path) -> bool:
    return file.stat().st_size > 0


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):
        return False
