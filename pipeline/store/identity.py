"""What an artifact was made from, and the identity that changes with any of it."""

import dataclasses
import functools
import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

from data.errors import AisleError
from pipeline.store.code import Code, Name, code_of
from pipeline.store.task import Artifact, RawFile, Task, parts_of

MIB = 1024 * 1024
ALWAYS = ("polars",)
"""Libraries that every table passes through, whether or not a task names them."""


def made_from(task: Task) -> dict[str, Any]:
    """All that decides a task's result, as plain values: fields, code, and versions of libraries.

    Raises
    ------
    AisleError
        If a file from outside cannot be read.
    """
    code = code_of_roots(roots_of(task))
    return {
        "task": f"{type(task).__module__}.{type(task).__qualname__}",
        "fields": _fields(task),
        "code": code.hash,
        "versions": versions_of(code.libraries),
    }


def modules_of(task: Task) -> dict[str, str]:
    """The modules whose code can change a task's result, each with a hash of what of it is used.

    They stand beside the identity, not in it: they tell which code has changed where the identity has.
    """
    return dict(code_of_roots(roots_of(task)).modules)


def identity_of(made: Mapping[str, Any]) -> str:
    """The identity: a hash of `made_from`."""
    return hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()


def versions_of(libraries: frozenset[str]) -> dict[str, str]:
    """The installed versions of libraries, by distribution, and Python's own."""
    installed = _distributions()
    names = {name for library in (*libraries, *ALWAYS) for name in installed.get(library, ())}
    return {name: version(name) for name in sorted(names)} | {"python": platform.python_version()}


def file_identity(path: Path) -> dict[str, Any]:
    """What tells a file from a changed one: path, size, time, and a hash of its first and last MiB.

    Raises
    ------
    AisleError
        If it cannot be read.
    """
    try:
        status = path.stat()
        with path.open("rb") as file:
            digest = hashlib.sha256(file.read(MIB))
            file.seek(max(0, status.st_size - MIB))
            digest.update(file.read(MIB))
    except OSError as error:
        raise AisleError(
            f"{path}: cannot be read ({error.strerror}); check the path (relative to {Path.cwd()})."
        ) from None
    return {"path": str(path), "size": status.st_size, "mtime_ns": status.st_mtime_ns, "sha256": digest.hexdigest()}


def changed_since(task: Task, made: Mapping[str, Any]) -> Path | None:
    """The first outside file of a task that is another than when `made_from` said so; null where none is.

    Its bytes may have been read before or after they changed: what came of them has no identity.
    """
    files = [part.path for part in parts_of(task) if isinstance(part, RawFile)]
    if not files or _fields(task) == made["fields"]:
        return None
    before = json.dumps(made["fields"])
    return next((file for file in files if json.dumps(file_identity(file)) not in before), files[0])


def plain(value: object) -> Any:  # noqa: ANN401 - whatever json holds
    """A value as json holds it; a need by its content, a file as `file_identity`, a function by its name."""
    if isinstance(value, Artifact):
        return {"artifact": value.content}
    if isinstance(value, RawFile):
        return {"file": file_identity(value.path)}
    if is_dataclass(value) and not isinstance(value, type):
        return {"": type(value).__name__, **_fields(value)}
    if isinstance(value, Mapping):
        return [[plain(key), plain(held)] for key, held in value.items()]
    if callable(value):
        return f"{value.__module__}.{getattr(value, '__qualname__', type(value).__qualname__)}"
    return _plain(value)


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever json holds
    if isinstance(value, set | frozenset):
        return sorted(plain(held) for held in value)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [plain(held) for held in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _fields(value: object) -> dict[str, Any]:
    shown = [one for one in dataclasses.fields(value) if not one.metadata.get("aside")]  # type: ignore[arg-type]
    return {one.name: plain(getattr(value, one.name)) for one in shown}


def roots_of(task: Task) -> frozenset[Name]:
    """The definitions that a task's result comes from: its own class, and those of all that its fields hold."""
    roots: set[Name] = set()
    for part in parts_of(task):
        if is_dataclass(part) and not isinstance(part, type):
            roots.add((type(part).__module__, type(part).__qualname__.partition(".")[0]))
        elif callable(part) and hasattr(part, "__qualname__"):
            roots.add((part.__module__, part.__qualname__.partition(".")[0]))
    return frozenset(roots)


@functools.cache
def code_of_roots(roots: frozenset[Name]) -> Code:
    """The code that definitions use, read once a process."""
    return code_of(roots)


@functools.cache
def _distributions() -> Mapping[str, list[str]]:
    return packages_distributions()
