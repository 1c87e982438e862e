"""The artifact store: what is built is whole or not there, and what still matches its manifest is not built again."""

import ast
import functools
import hashlib
import json
import os
import platform
import resource
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, is_dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from data.errors import AisleError
from pipeline.store.workdir import remove, replace, unfinished

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    *("aisle", "pipeline", "serving", "report", "tabular", "ranker"),
    *("value", "learning", "candidates", "features", "evaluation", "data"),
)
PACKAGES = ("polars", "pyarrow", "numpy", "lightgbm", "numba", "dataframely")
MIB = 1024 * 1024


@dataclass(frozen=True)
class Artifact:
    """A folder of finished files and the fingerprint of all that it was made from."""

    path: Path
    id: str
    fresh: bool


@dataclass(frozen=True)
class Store:
    """The artifacts of one working directory.

    Parameters
    ----------
    root
        The folder that artifacts are named in.
    report
        Called with one line when an artifact is built or found up to date.
    busy
        Called with a name while its artifact is built: what a terminal shows meanwhile.
    """

    root: Path
    report: Callable[[str], None] = print
    busy: Callable[[str], AbstractContextManager[object]] = nullcontext

    def make(
        self,
        name: str,
        build: Callable[[Path], dict[str, Any]],
        *,
        config: object = None,
        needs: Sequence[Artifact] = (),
        files: Sequence[Path] = (),
    ) -> Artifact:
        """Build an artifact, unless the one that stands there is still right.

        Parameters
        ----------
        name
            Its folder below the root, such as `valid/candidates/000`.
        build
            Writes the artifact's files into the folder it is given; returns what the manifest should say
            about them. The source files that its module imports are part of the fingerprint.
        config
            The configuration that the result depends on: a dataclass or plain values.
        needs, files
            The artifacts and the outside files that it reads.

        Returns
        -------
        Artifact
            Where the files stand.
        """
        path = self.root / name
        made_from = {
            "config": _plain(config),
            "code": code_hash(_module_of(build)),
            "needs": {
                str(a.path.relative_to(self.root)) if a.path.is_relative_to(self.root) else str(a.path): a.id
                for a in needs
            },
            "inputs": [file_identity(f) for f in files],
        }
        identity = _digest(made_from)
        if _manifest(path).get("id") == identity:
            self.report(f"{name}: up to date")
            return Artifact(path, identity, fresh=True)
        started = time.monotonic()
        with self.busy(f"{name} ..."):
            about = self._build(name, build, {"name": name, "id": identity, **made_from})
        self.report(f"{name}: built in {time.monotonic() - started:.1f} s{_brief(about)}")
        return Artifact(path, identity, fresh=False)

    def _build(self, name: str, build: Callable[[Path], dict[str, Any]], manifest: dict[str, Any]) -> dict[str, Any]:
        temporary = unfinished(self.root, name)
        temporary.mkdir()
        started = time.monotonic()
        try:
            about = build(temporary)
            manifest |= {
                "about": about,
                "seconds": round(time.monotonic() - started, 3),
                "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                "versions": {p: version(p) for p in PACKAGES} | {"python": platform.python_version()},
            }
            (temporary / "manifest.json").write_text(json.dumps(manifest, indent=1, default=str) + "\n")
            replace(temporary, self.root, name)
        except BadInputError as error:
            for kept, file in error.kept.items():
                self.publish(file, kept)
            raise
        finally:
            remove(temporary)
        return about

    def publish(self, source: Path, name: str) -> Path:
        """Copy a finished file to where the user looks for it, whole or not at all; a link there is replaced."""
        temporary, target = unfinished(self.root, name), self.root / name
        shutil.copyfile(source, temporary)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(temporary, target)
        return target


class BadInputError(AisleError):
    """What was read is too bad to go on, and the user is to look at some of it.

    Parameters
    ----------
    message
        The one line.
    kept
        Files that are published before the half-built artifact goes: name below the working directory -> file.
    """

    def __init__(self, message: str, kept: Mapping[str, Path]) -> None:
        super().__init__(message)
        self.kept = dict(kept)


def file_identity(path: Path) -> dict[str, Any]:
    """What tells a file from a changed one: path, size, time, and a hash of its first and last MiB."""
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


@functools.cache
def code_hash(module: str) -> str:
    """A hash of a module's source file and of all project files that it imports, directly or not."""
    digest = hashlib.sha256()
    for file in sorted(_imported(module)):
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _imported(module: str) -> set[Path]:
    found: set[Path] = set()
    queue = [module]
    while queue:
        name = queue.pop()
        file = _source_of(name)
        if file is None or file in found:
            continue
        found.add(file)
        queue += _imports(file)
        queue += [".".join(name.split(".")[:i]) for i in range(1, name.count(".") + 1)]
    return found


def _imports(file: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return names


def _source_of(module: str) -> Path | None:
    if module.split(".", maxsplit=1)[0] not in ROOMS:
        return None
    base = ROOT.joinpath(*module.split("."))
    return next((f for f in (base.with_suffix(".py"), base / "__init__.py") if f.is_file()), None)


def _module_of(build: Callable[..., Any]) -> str:
    function = build.func if isinstance(build, functools.partial) else build
    name = str(function.__module__)
    return str(getattr(sys.modules["__main__"].__spec__, "name", name)) if name == "__main__" else name


def _plain(config: object) -> Any:  # noqa: ANN401 - whatever json holds
    if is_dataclass(config) and not isinstance(config, type):
        config = {"": type(config).__name__, **asdict(config)}
    return json.loads(json.dumps(config, default=_text, sort_keys=True))


def _text(value: object) -> Any:  # noqa: ANN401 - whatever json holds
    return _plain(value) if is_dataclass(value) else str(value)


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _manifest(path: Path) -> dict[str, Any]:
    try:
        found = json.loads((path / "manifest.json").read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _brief(about: dict[str, Any]) -> str:
    counts = [f"{value:,} {name}" for name, value in about.items() if isinstance(value, int)]
    return f" ({', '.join(counts)})" if counts else ""
