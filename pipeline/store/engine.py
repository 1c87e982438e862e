"""Where tasks run: here, one after another, or in other processes; no task knows."""

import os
import time
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pipeline.store.opened import let_go, let_go_before
from pipeline.store.peak import watched
from pipeline.store.processes import fresh_processes
from pipeline.store.task import Task

Job = tuple[Task, Path]
"""A task, and the folder that it builds into."""


@dataclass(frozen=True)
class Built:
    """What came of a task: what its manifest says of the files, and what they cost."""

    about: dict[str, Any]
    seconds: float
    peak_memory_mib: int
    cpu_seconds: float = 0.0


def build(job: Job) -> Built:
    """Run a task: the same in this process as in any other."""
    task, into = job
    let_go_before(task)
    into.mkdir(parents=True)
    started, worked = time.monotonic(), time.process_time()
    with watched() as peak:
        about = task(into)
    return Built(about, round(time.monotonic() - started, 3), peak.mib, round(time.process_time() - worked, 3))


class Engine(Protocol):
    """Runs tasks; what came of them comes in their order."""

    def run(self, jobs: Iterable[Job], at_once: int = 1) -> Generator[Built]:
        """Build every job's folder.

        Parameters
        ----------
        jobs
            Tasks that do not need each other.
        at_once
            How many may run side by side in one process, because one alone leaves cores idle and memory is enough.
        """
        ...


class HereEngine:
    """Run everything in this process: Polars and LightGBM already use all cores within a shard."""

    def run(self, jobs: Iterable[Job], at_once: int = 1) -> Generator[Built]:
        """Build every job's folder, one after another, or so many side by side in threads."""
        try:
            if at_once > 1:
                with ThreadPoolExecutor(at_once) as pool:
                    yield from pool.map(build, jobs)
            else:
                yield from map(build, jobs)
        finally:
            let_go()


@dataclass(frozen=True)
class ProcessEngine:
    """Run tasks in several fresh processes of this machine.

    Parameters
    ----------
    processes
        At once; null for one a core.
    """

    processes: int | None = None

    def run(self, jobs: Iterable[Job], at_once: int = 1) -> Generator[Built]:
        """Build every job's folder, some at once, each alone in its process."""
        workers = self.processes or os.cpu_count() or 1
        with fresh_processes(workers) as pool:
            yield from pool.map(build, jobs)
