"""A task: a frozen dataclass that says what it is made from and builds it."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol


@dataclass(frozen=True)
class Artifact:
    """A folder of finished files.

    Parameters
    ----------
    path
        Where the files stand.
    content
        A hash of them: what a task that reads them depends on, however they came about.
    fresh
        Whether it stood there before the run asked for it.
    """

    path: Path
    content: str
    fresh: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class RawFile:
    """A file from outside that a task reads: its content is part of the identity."""

    path: Path


class Task(Protocol):
    """What builds an artifact.

    Its fields say all that the result depends on: an `Artifact` is a need, a `RawFile` an input from outside, anything
    else configuration (see `data.aside` for what changes no result). It pickles, and so runs in any process.
    """

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write the artifact's files into a folder; return what the manifest should say about them."""
        ...


def parts_of(value: object) -> Iterator[object]:
    """A task's fields and all that stands in them, down to plain values; without what is `aside`."""
    yield value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for one in dataclasses.fields(value):
            if not one.metadata.get("aside"):
                yield from parts_of(getattr(value, one.name))
    elif isinstance(value, Mapping):
        for held in value.values():
            yield from parts_of(held)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for held in value:
            yield from parts_of(held)
