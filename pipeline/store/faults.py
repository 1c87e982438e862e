"""What keeps a product from being built, other than the input itself: no room, a file that changed meanwhile."""

import contextlib
import errno
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from data.errors import AisleError
from data.manifest import read_manifest
from pipeline.store.identity import changed_since
from pipeline.store.task import Task

MIB = 1024 * 1024
NO_ROOM = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota of the disk is used up",
    errno.EFBIG: "a file may not become as large as it must (ulimit -f)",
}
SAID = re.compile(
    "|".join([*(re.escape(os.strerror(code)) for code in NO_ROOM), r"disk is full", r"os error (28|122|27)"])
)
"""What libraries say in errors of their own."""
LEAST = MIB
"""With less left than this, whatever failed while a product was written failed for want of room."""
BUILDING = "while building "
"""Begins the note of an error that says which product was being built."""


@contextlib.contextmanager
def named(name: str, folder: Path, root: Path) -> Iterator[None]:
    """Say of an error which product was being built; and where the disk is full, that in one line.

    Parameters
    ----------
    name
        The product.
    folder
        What is being written.
    root
        The working directory.

    Raises
    ------
    AisleError
        Where there is no room.
    """
    try:
        yield
    except (AisleError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        error.add_note(f"{BUILDING}`{name}`")
        if why := no_room(error, root):
            raise AisleError(room_said(_needed(name, folder, root), why, root)) from error
        raise


def no_room(error: BaseException, root: Path) -> str | None:
    """Why a file could not be written, where it is for want of room; null for any other error."""
    code = getattr(error, "errno", None)
    if code in NO_ROOM:
        return NO_ROOM[code]
    if isinstance(error, MemoryError):
        return None
    said = SAID.search(str(error))
    if said is None:
        return NO_ROOM[errno.ENOSPC] if free_in(root) < LEAST else None
    found = (why for code, why in NO_ROOM.items() if said[0] in (os.strerror(code), f"os error {code}"))
    return next(found, NO_ROOM[errno.ENOSPC])


def refuse_changed(name: str, task: Task, made: Mapping[str, Any]) -> None:
    """Refuse what was built of a file that was not the same from beginning to end.

    Raises
    ------
    AisleError
        If it changed, or is gone.
    """
    if changed := changed_since(task, made):
        raise AisleError(f"{changed}: changed while `{name}` was read from it; run again once nobody writes to it.")


def room_said(what: str, why: str, root: Path) -> str:
    """One line of what could not be written, what is free, and what to do."""
    return (
        f"{what}: {why}; {free_in(root) / MIB:,.1f} MiB are free in {root}: make room or give another --workdir, and "
        "the same command goes on where this run stopped."
    )


def _needed(name: str, folder: Path, root: Path) -> str:
    """A product, and what is known of its size: when it was built before, and now."""
    before = sum(told["bytes"] for told in (read_manifest(root / name) or {}).get("files", {}).values())
    return f"`{name}` ({size_of(folder)} were written{f', it took {before / MIB:,.1f} MiB before' if before else ''})"


def size_of(path: Path) -> str:
    """The size of a file, or of all files below a folder, in MiB."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return f"{sum(file.stat().st_size for file in files) / MIB:,.1f} MiB"


def free_in(root: Path) -> int:
    """Bytes that may still be written below a folder."""
    while not root.exists():
        root = root.parent
    return shutil.disk_usage(root).free
