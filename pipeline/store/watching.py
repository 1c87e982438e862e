"""What a store tells while it makes products: a stage begins, a product is made, a file is published."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True)
class Made:
    """A product that stands.

    Parameters
    ----------
    name
        Its folder below the working directory.
    manifest
        What is said of it.
    built
        Whether it was built now; else it was up to date.
    """

    name: str
    manifest: Mapping[str, Any]
    built: bool

    @property
    def line(self) -> str:
        """One line of it."""
        if not self.built:
            return f"{self.name}: up to date"
        return f"{self.name}: built in {self.manifest['seconds']:.1f} s{counts_said(self.manifest['about'])}"


@dataclass(frozen=True)
class Stage:
    """Products that are made together, such as the shards of a table.

    Parameters
    ----------
    name
        The folder that they share.
    building
        How many of them are built.
    seconds
        How long those took when they were built last; null where that is not known of all.
    """

    name: str
    building: int
    seconds: float | None = None


class Watch(Protocol):
    """Is told what a store does."""

    def stage(self, stage: Stage) -> AbstractContextManager[object]:
        """Products are made while the context is open."""
        ...

    def made(self, made: Made) -> None:
        """A product stands."""
        ...

    def published(self, path: Path) -> None:
        """A file was copied to where the user looks for it."""
        ...


@dataclass(frozen=True)
class Lines:
    """Tells a line a product.

    Parameters
    ----------
    report
        Called with each.
    """

    report: Callable[[str], None]

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        """Nothing is said of it."""
        yield

    def made(self, made: Made) -> None:
        """Say its line."""
        self.report(made.line)

    def published(self, path: Path) -> None:
        """Nothing is said of it."""


def stage_name(names: Sequence[str]) -> str:
    """What products share: the folder above them, or the name of the only one."""
    return names[0] if len(names) == 1 else os.path.commonpath(names) or f"{names[0]}, ..."


def counts_said(about: Mapping[str, Any]) -> str:
    """The counts that a product's manifest tells, in brackets; empty where there are none."""
    counts = [f"{value:,} {name}" for name, value in about.items() if isinstance(value, int)]
    return f" ({', '.join(counts)})" if counts else ""
