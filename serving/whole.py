"""Whether what a recommender opens is what was published: every folder whole, and of the same run."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path

from data.errors import AisleError
from data.manifest import fault_in, home_of, read_manifest

AGAIN = "run the command that wrote it again"


def parts_of(contents: object, root: Path, output: Path) -> dict[str, str]:
    """The folders that contents name files in, relative to where they are published, each with its content's hash.

    Parameters
    ----------
    contents
        What is published.
    root
        The working directory.
    output
        Where it is published.
    """
    found = (home_of(path, root) for path in sorted(set(_paths(contents))))
    homes = dict.fromkeys(home for home in found if home is not None)
    told = {os.path.relpath(home, output): (read_manifest(home) or {}).get("content") for home in homes}
    return {name: content for name, content in told.items() if content is not None}


def refuse_damage(parts: Mapping[str, str], output: Path) -> None:
    """Refuse to open what is not as it was published.

    Parameters
    ----------
    parts
        What `parts_of` gave.
    output
        Where it was published, perhaps moved since.

    Raises
    ------
    AisleError
        If a file is damaged, or another run has built some of the folders again.
    """
    for name, content in parts.items():
        folder = Path(os.path.normpath(output / name))
        manifest = read_manifest(folder)
        if not manifest:
            raise AisleError(f"{folder}: is damaged (its manifest is gone, or is none); {AGAIN}.")
        if fault := fault_in(folder, manifest):
            raise AisleError(f"{folder}: is damaged ({fault}); {AGAIN}.")
        if manifest["content"] != content:
            raise AisleError(f"{folder}: another run has built it anew, and does not fit the rest; {AGAIN}.")


def _paths(value: object) -> Iterator[Path]:
    if isinstance(value, Path):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from _paths(getattr(value, one.name))
    elif isinstance(value, Mapping):
        yield from _paths(list(value.values()))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for held in value:
            yield from _paths(held)
