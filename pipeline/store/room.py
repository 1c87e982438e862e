"""What room building a product takes, foreseen before it is built."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, runtime_checkable

from data.manifest import read_manifest
from pipeline.store.task import Artifact

LIBRARIES = 450 * 2**20
"""Bytes that a process holds before it has read a row."""


@dataclass(frozen=True)
class Room:
    """About how much memory and disk building takes, in bytes; 0 where nobody can tell.

    Parameters
    ----------
    memory
        At most at once.
    disk
        Of the working directory, what is written for the time being and what stays.
    mend
        What to turn where that is too much memory.
    """

    memory: int = 0
    disk: int = 0
    mend: str = "take more --shards"


@runtime_checkable
class Foreseen(Protocol):
    """A task that can tell its room from its settings and from what its needs' manifests count."""

    def room(self) -> Room:
        """The room, by what was measured at several sizes of a log."""
        ...


def room_of(task: object, folder: Path) -> Room:
    """What a task will take: the memory that it took when it was built last, or as it foresees it.

    Parameters
    ----------
    task
        What is to be built.
    folder
        Where its product stands, if it was built before.
    """
    told = task.room() if isinstance(task, Foreseen) else Room()
    before = (read_manifest(folder) or {}).get("peak_memory_mib", 0) * 2**20
    return replace(told, memory=before or told.memory)


def counted(made: Artifact, name: str) -> int:
    """What a manifest counts under a name, such as `events`; 0 where it does not."""
    return int((read_manifest(made.path) or {}).get("about", {}).get(name, 0))
