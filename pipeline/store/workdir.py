"""A working directory: known by its mark, held by one run at a time, and never somebody else's folder."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from data.errors import AisleError
from data.manifest import MANIFEST, read_manifest
from data.paths import WORKDIR_MARK, path_of

OWN, MARK = WORKDIR_MARK.parts
LOCK = "lock"
UNFINISHED = "unfinished"
SAYS = """This folder is a working directory of Aisle. What it holds was built from your log and may be built again.
`.aisle/unfinished` holds what is being written; a run empties it when it begins. Nothing else is removed.
"""


@contextlib.contextmanager
def locked(given: str | Path | None) -> Iterator[Path]:
    """Open a working directory and hold it for this process alone.

    An absent or an empty folder is marked as a working directory; a folder with the mark is opened, and what a killed
    run left in `.aisle/unfinished` is removed. No other file is touched, and no link is followed.

    Parameters
    ----------
    given
        The folder, as a setting names it.

    Raises
    ------
    AisleError
        If it is not named, holds something else, cannot be written, or another run holds it.
    """
    workdir = _named(given)
    try:
        _mark(workdir)
        lock = os.open(workdir / OWN / LOCK, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise AisleError(f"{workdir}: cannot be written ({error.strerror}); give another --workdir.") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise AisleError(f"{workdir}: another run is using it; wait for it, or give another --workdir.") from None
    try:
        sweep(workdir)
        yield workdir
    finally:
        os.close(lock)


def looked_at(given: str | Path | None) -> Path:
    """A working directory that is looked at and left as it is, be it absent, or held by a run.

    Raises
    ------
    AisleError
        If it is not named, holds something else, or is no folder.
    """
    workdir = _named(given)
    try:
        if not (workdir / OWN / MARK).is_file() and workdir.exists():
            _refuse_strange(workdir)
    except OSError as error:
        raise AisleError(f"{workdir}: cannot be read ({error.strerror}); give another --workdir.") from None
    return workdir


def unfinished(workdir: Path, name: str) -> Path:
    """Where something is written until it is whole: a free path in `.aisle/unfinished`, ending in `.tmp`."""
    folder = workdir / OWN / UNFINISHED
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name.replace('/', '~')}.tmp"
    remove(path)
    return path


def sweep(workdir: Path) -> None:
    """Remove what a killed run left half-written."""
    folder = workdir / OWN / UNFINISHED
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise AisleError(f"{folder}: is no folder, and Aisle did not make it; remove it, or give another --workdir.")
    for stray in sorted(folder.iterdir()) if folder.is_dir() else []:
        remove(stray)


def remove(path: Path) -> None:
    """Remove a file, a link (not what it points to) or a folder (likewise), if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def replace(new: Path, workdir: Path, name: str) -> Path:
    """Put a finished artifact's folder in its place; killed in between, the older one is gone and is built again.

    Raises
    ------
    AisleError
        If something stands there, or in it, that no run has written: it is left alone.
    """
    path = workdir / name
    refuse_links(workdir, name)
    if path.exists() and not (path / MANIFEST).is_file():
        raise AisleError(f"{path}: was not written by Aisle; move it away, or give another --workdir.")
    if strange := _strange(path, new):
        raise AisleError(f"{path / strange}: was not written by Aisle; move it away, or give another --workdir.")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        old = unfinished(workdir, f"{name}.old")
        path.rename(old)
        new.rename(path)
        remove(old)
    else:
        new.rename(path)
    return path


def refuse_links(workdir: Path, name: str, *, itself: bool = True) -> None:
    """Refuse to write where a link leads elsewhere.

    Parameters
    ----------
    workdir, name
        The place below the working directory.
    itself
        Whether that may be no link either; otherwise only the folders above it.

    Raises
    ------
    AisleError
        If there is a link.
    """
    path = workdir / name
    for place in [*([path] if itself else []), *list(path.parents)[: name.count("/")]]:
        if place.is_symlink():
            raise AisleError(f"{place}: is a link, which Aisle did not make; move it away, or give another --workdir.")


def _strange(artifact: Path, new: Path) -> str | None:
    """A file of an artifact's folder that no run has written: that its manifest does not list.

    Where the manifest says nothing, that is a file which the artifact's new folder has not either.
    """
    listed = (read_manifest(artifact) or {}).get("files") or files_below(new)
    return next((name for name in files_below(artifact) if name not in listed and name != MANIFEST), None)


def files_below(folder: Path) -> list[str]:
    """The paths below a folder of all that is no folder, sorted."""
    return [
        str(file.relative_to(folder)) for file in sorted(folder.rglob("*")) if file.is_symlink() or not file.is_dir()
    ]


def _named(given: str | Path | None) -> Path:
    if given is None or not str(given).strip():
        raise AisleError("`workdir` is empty; name a folder of its own for the run's files, such as artifacts/mine.")
    workdir = path_of(given, "workdir")
    above = Path(os.path.realpath(workdir)).parents
    if (around := next((folder for folder in above if (folder / OWN / MARK).is_file()), None)) is not None:
        raise AisleError(
            f"{workdir}: lies in {around}, which is a working directory itself; give a folder outside it as --workdir."
        )
    return workdir


def _mark(workdir: Path) -> None:
    own = workdir / OWN
    if own.is_symlink() or (own / MARK).is_symlink():
        raise AisleError(f"{own}: is a link, which Aisle did not make; remove it, or give another --workdir.")
    if (own / MARK).is_file():
        return
    workdir.mkdir(parents=True, exist_ok=True)
    _refuse_strange(workdir)
    own.mkdir(exist_ok=True)
    (own / MARK).write_text(SAYS)


def _refuse_strange(workdir: Path) -> None:
    """Refuse a folder without a mark that is not empty."""
    strange = sorted(path.name for path in workdir.iterdir() if not _left_by_a_kill(path))
    if strange:
        shown = ", ".join(strange[:3]) + (", ..." if len(strange) > 3 else "")
        raise AisleError(
            f"{workdir}: holds other files ({shown}) and is no working directory of Aisle; give a new or an empty "
            "folder as --workdir (one that an earlier version wrote has no mark: remove it)."
        )


def _left_by_a_kill(path: Path) -> bool:
    """Whether it is the folder of a working directory whose run was killed before it wrote the mark."""
    return path.name == OWN and path.is_dir() and not any(path.iterdir())
