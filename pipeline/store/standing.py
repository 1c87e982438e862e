"""An engine that builds some kinds of things alone: whoever asks for others wants them as they stand."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from pathlib import Path

from data.errors import AisleError
from data.manifest import MANIFEST
from pipeline.store.engine import Built, Job, build
from pipeline.store.task import Task


class NotStandingError(AisleError):
    """What was wanted as it stands is not there, or is another."""


@dataclass(frozen=True)
class StandingEngine:
    """Builds what is of the given kinds, here, and refuses all else.

    Parameters
    ----------
    root
        The working directory.
    kinds
        Classes of tasks.
    """

    root: Path
    kinds: tuple[type, ...]

    def run(self, jobs: Iterable[Job], at_once: int = 1) -> Generator[Built]:
        """Build every job's folder, one after another.

        Raises
        ------
        NotStandingError
            If one is of another kind: it is missing, or was made from something else.
        """
        for task, into in jobs:
            self.refuse(task, into.name.removesuffix(".tmp").replace("~", "/"))
            yield build((task, into))

    def refuse(self, task: Task, name: str) -> None:
        """Refuse to build what is of another kind.

        Raises
        ------
        NotStandingError
            As `run`.
        """
        if not isinstance(task, self.kinds):
            raise NotStandingError(self._said(name))

    def _said(self, name: str) -> str:
        if (self.root / name / MANIFEST).exists():
            return (
                f"{self.root}: `{name}` was made with other settings, files or code than these; give the run's own "
                "--config and flags, or bring it up to date with `python -m pipeline.run`."
            )
        return (
            f"{self.root}: `{name}` is not there, so there is no whole run to report; give the run's own --config and "
            "flags, or end it first with `python -m pipeline.run`."
        )
