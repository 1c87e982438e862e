"""A path as a setting or a flag names it: the home folder's sign expanded, and what cannot be a path here refused.

Every path that a user writes goes through here, be it a folder to write into, a file to read or a pattern of files.
"""

import os
import re
from pathlib import Path

from data.errors import AisleError

ELSEWHERE = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+):/{2}(?=[^/]|/)")
WORKDIR_MARK = Path(".aisle", "README")
"""Lies in every working directory of ours."""
LONGEST_NAME, LONGEST_PATH = 255, 4_000  # bytes that Linux takes; a path of ours has more names below it


def path_of(given: str | Path, setting: str) -> Path:
    """A path that Python, Polars and the file system all take, and take for the same.

    Parameters
    ----------
    given
        As the user wrote it.
    setting
        What the user wrote it for.

    Raises
    ------
    AisleError
        If it is empty, an address of another machine or program, holds what no file's name can, or is too long.
    """
    text = str(given)
    if not text.strip():
        raise AisleError(f"`{setting}` is empty; give a path.")
    if "\0" in text:
        raise AisleError(f"`{setting}` is {_shown(text)}: no path has a NUL in it; take it out.")
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        raise AisleError(
            f"`{setting}` is {_shown(text)}: its name is not UTF-8; rename it, or give a link to it."
        ) from None
    if address := ELSEWHERE.match(text):
        raise AisleError(_elsewhere(text, address[1], setting))
    expanded = os.path.expanduser(text)
    names = os.fsencode(expanded).split(b"/")
    if max(map(len, names)) > LONGEST_NAME or len(encoded) > LONGEST_PATH:
        raise AisleError(
            f"`{setting}` is {_shown(text)}: a name has at most {LONGEST_NAME} bytes and a path {LONGEST_PATH:,}, "
            f"but here {max(map(len, names)):,} and {len(encoded):,}; give a shorter one."
        )
    return Path(expanded)


def file_of(given: str, setting: str, folder: Path = Path()) -> Path:
    """The path of something to read: what is there under its very name, be it `~` or `s3:/x`, is meant as it stands.

    Parameters
    ----------
    given, setting
        As in `path_of`.
    folder
        Where a relative path begins.

    Raises
    ------
    AisleError
        As `path_of` does.
    """
    return folder / given if given and exists(folder / given) else folder / path_of(given, setting)


def exists(path: Path) -> bool:
    """Whether something is there; what cannot be a path's name is not."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _elsewhere(text: str, scheme: str, setting: str) -> str:
    if scheme.lower() == "file":
        local = "/" + text.split("://", 1)[1].removeprefix("localhost").lstrip("/")
        return f"`{setting}` is {_shown(text)}: give the path itself, {_shown(local)}."
    return f"`{setting}` is {_shown(text)}: only files of this machine are read; fetch it, and give its path."


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 40 else f"{text[:40]} ...")
