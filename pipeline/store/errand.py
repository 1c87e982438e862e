"""A task that is built by a process which may stand on another machine: what travels there, and what comes back.

Nothing travels but the task, which holds paths and settings, and what its manifest will say; files are the only state.
"""

import contextlib
import logging
import os
import pickle
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import AisleError, BadInputError
from data.progress import handled
from pipeline.store.changes import changes
from pipeline.store.engine import Built, build
from pipeline.store.identity import identity_of, made_from, modules_of
from pipeline.store.task import Task

LOG = logging.getLogger("aisle")


@dataclass(frozen=True)
class Errand:
    """What travels.

    Parameters
    ----------
    task, into
        As in `pipeline.store.engine.Job`.
    made, modules
        What the task is made from where the command runs, as `made_from` and `modules_of` give them.
    folder
        Where the command was given: relative paths begin there.
    """

    task: Task
    into: Path
    made: Mapping[str, Any]
    modules: Mapping[str, str]
    folder: str

    @classmethod
    def of(cls, task: Task, into: Path) -> "Errand":
        """The errand of a task that is asked for here."""
        return cls(task, into, made_from(task), modules_of(task), os.getcwd())

    @property
    def name(self) -> str:
        """What the product is called."""
        return self.into.name.removesuffix(".tmp").replace("~", "/")


@dataclass(frozen=True)
class Done:
    """What comes back.

    Parameters
    ----------
    folder
        Where the files stand: beside the folder that was asked for, so that no two attempts write to one.
    said
        What the task has said on the way: levels and lines.
    built
        What came of it; null where it was refused.
    error
        Why it was refused; null where it was not.
    """

    folder: Path
    said: tuple[tuple[int, str], ...]
    built: Built | None = None
    error: AisleError | None = None


def run_errand(pickled: bytes) -> Done:
    """Build a task in a worker's process: the same bytes as anywhere, or a refusal.

    Parameters
    ----------
    pickled
        An `Errand`.

    Raises
    ------
    Exception
        Whatever the task raises that is no `AisleError`.
    """
    errand: Errand = pickle.loads(pickled)
    said: list[tuple[int, str]] = []
    folder = errand.into.with_name(f"{errand.into.name.removesuffix('.tmp')}@{uuid.uuid4().hex[:8]}.tmp")
    try:
        with _in_folder(errand.folder), handled(LOG, _Keeping(said), logging.INFO):
            _refuse_elsewhere(errand)
            built = build((errand.task, folder))
            return Done(folder, tuple(said), built)
    except AisleError as error:
        return Done(folder, tuple(said), error=error)


def taken(errand: Errand, done: Done) -> Built:
    """Put what came back where it was asked for, and say what was said.

    Raises
    ------
    AisleError
        If the task was refused, or its files cannot be seen from here.
    """
    for level, line in done.said:
        LOG.log(level, "%s", line)
    if done.folder.exists():
        done.folder.rename(errand.into)
    if done.error is not None:
        raise _moved(done.error, done.folder, errand.into)
    if done.built is None or not errand.into.exists():
        raise AisleError(
            f"`{errand.name}`: a worker has built it, and its files are not in {errand.into.parent} here; give "
            "all workers the same folder under the same path."
        )
    return done.built


def attempts(errand: Errand) -> list[Path]:
    """What was begun of an errand and not taken: a worker that was lost has left it."""
    stem = errand.into.name.removesuffix(".tmp")
    return [path for path in errand.into.parent.iterdir() if path.name.startswith(f"{stem}@")]


def _refuse_elsewhere(errand: Errand) -> None:
    """Refuse where this process would build something else than what was asked for, or for somebody else's folder."""
    if not errand.into.parent.is_dir():
        raise AisleError(
            f"`{errand.name}`: the worker on {os.uname().nodename} has no folder {errand.into.parent}; give all "
            "workers the same folder under the same path."
        )
    here = made_from(errand.task)
    if identity_of(here) != identity_of(errand.made):
        modules = modules_of(errand.task)
        found = "; ".join(
            dict.fromkeys(one.said for one in changes({**errand.made, "modules": errand.modules}, here, modules, {}))
        )
        raise AisleError(
            f"`{errand.name}`: the worker on {os.uname().nodename} would build another ({found or 'other code'}); give "
            "it the same checkout, libraries and files as this command has."
        )


@contextlib.contextmanager
def _in_folder(folder: str) -> Iterator[None]:
    try:
        with contextlib.chdir(folder):
            yield
    except FileNotFoundError as error:
        if error.filename != folder:
            raise
        raise AisleError(
            f"{folder}: is where the command was given, and the worker on {os.uname().nodename} has no such folder; "
            "give it the same checkout and files under the same path."
        ) from None


class _Keeping(logging.Handler):
    """Keeps what tasks say, for the command to say."""

    def __init__(self, said: list[tuple[int, str]]) -> None:
        super().__init__()
        self.said = said

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append((record.levelno, record.getMessage()))


def _moved(error: AisleError, before: Path, now: Path) -> AisleError:
    """The error with the files that it keeps where they are now."""
    if not isinstance(error, BadInputError):
        return error
    kept = {
        name: now / file.relative_to(before) if file.is_relative_to(before) else file
        for name, file in error.kept.items()
    }
    return BadInputError(str(error), kept)
