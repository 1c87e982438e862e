"""How a path is named in a message, and a system's refusal to read it in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.errors import AisleError
from data.shortened import one_line


def shown(path: Path | str) -> str:
    """A path as one line of text, whatever bytes its name holds."""
    text = str(path)
    return one_line(text if text.isprintable() else ascii(text))


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Turn what the system says of a file that cannot be read into one line."""
    try:
        yield
    except FileNotFoundError:
        raise AisleError(f"{shown(path)}: the file has vanished while it was read; run again when it stays.") from None
    except OSError as error:
        reason = error.strerror or str(error).splitlines()[0]
        raise AisleError(f"{shown(path)}: cannot be read ({reason}); check the file and your rights to it.") from None


def require_file(path: Path) -> None:
    """Refuse a path where no regular file is, or none that may be read."""
    try:
        if path.is_file():
            return
        there = path.exists()
    except OSError as error:
        reason = error.strerror
        raise AisleError(f"{shown(path)}: cannot be read ({reason}); check the path and your rights to it.") from None
    if not there:
        raise AisleError(f"{shown(path)}: there is no such file; check the path (relative to {Path.cwd()}).")
    what = "a folder" if path.is_dir() else "no regular file (a pipe, a socket or a device)"
    raise AisleError(f"{shown(path)}: is {what}; a log is read several times and needs a file.")
