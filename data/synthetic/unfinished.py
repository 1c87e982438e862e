"""A generated log appears under its folder's name when it is whole."""

import shutil
from pathlib import Path

from data.errors import AisleError
from data.opening.unread import shown


def unfinished_of(folder: Path) -> Path:
    """Where a log stands until it is whole."""
    whole = folder.resolve()  # `.` has no name
    return whole.with_name(whole.name + ".unfinished")


def check_free(folder: Path) -> None:
    """Refuse a folder that no log can take the place of.

    Raises
    ------
    AisleError
        If it holds anything, is a file, or is the current one.
    """
    if folder.resolve() == Path.cwd():
        raise AisleError(f"{shown(folder)}: is the current folder, which nothing can take the place of; name another.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AisleError(f"{shown(folder)}: is not an empty folder; name one that is empty or absent.")


def begun(folder: Path) -> Path:
    """Make the empty folder that a log is written into until it is whole, without what an earlier try has left.

    Raises
    ------
    AisleError
        As `check_free` does of the folder that it is to become.
    """
    check_free(folder)
    unfinished = unfinished_of(folder)
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    return unfinished
