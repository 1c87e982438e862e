"""The artifact store: what is built is whole or not there, and what still has its identity is not built again."""

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.errors import AisleError, BadInputError
from pipeline.store.engine import Built, Engine, HereEngine
from pipeline.store.identity import content_of, identity_of, made_from
from pipeline.store.task import Artifact, Task
from pipeline.store.workdir import refuse_links, remove, replace, unfinished


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
    engine
        Where tasks run.
    """

    root: Path
    report: Callable[[str], None] = print
    busy: Callable[[str], AbstractContextManager[object]] = nullcontext
    engine: Engine = field(default_factory=HereEngine)

    def make(self, name: str, task: Task) -> Artifact:
        """Build an artifact, unless the one that stands there is still right.

        Parameters
        ----------
        name
            Its folder below the root, such as `valid/candidates/000`.
        task
            What builds it.

        Returns
        -------
        Artifact
            Where the files stand.
        """
        return self.make_all({name: task})[0]

    def make_all(self, tasks: Mapping[str, Task], at_once: int = 1) -> Sequence[Artifact]:
        """Build several artifacts that do not need each other, in the order of their names.

        Parameters
        ----------
        tasks
            As in `make`: name -> task. The engine decides where.
        at_once
            How many may run side by side in one process (see `Engine.run`).
        """
        made = {name: made_from(task) for name, task in tasks.items()}
        ids = {name: identity_of(facts) for name, facts in made.items()}
        stands = {name: _manifest(self.root / name) for name in tasks}
        stale = [name for name in tasks if stands[name].get("id") != ids[name] or not _whole(self.root / name)]
        folders = {name: unfinished(self.root, name) for name in stale}
        built = self.engine.run([(tasks[name], folders[name]) for name in stale], at_once)
        for name in tasks:
            if name in folders:
                stands[name] = self._build(name, built, folders[name], {"name": name, "id": ids[name], **made[name]})
            else:
                self.report(f"{name}: up to date")
        return [Artifact(self.root / name, stands[name]["content"], fresh=name not in folders) for name in tasks]

    def _build(self, name: str, built: Any, folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
        try:
            with self.busy(f"{name} ..."):
                result: Built = next(built)
            manifest |= {
                "about": result.about,
                "seconds": result.seconds,
                "peak_memory_mib": result.peak_memory_mib,
                "bytes": _sizes(folder),
                "content": content_of(folder),
            }
            (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, default=str) + "\n")
            replace(folder, self.root, name)
        except BadInputError as error:
            for kept, file in error.kept.items():
                self.publish(file, kept)
            raise
        finally:
            remove(folder)
        self.report(f"{name}: built in {result.seconds:.1f} s{_brief(result.about)}")
        return manifest

    def publish(self, source: Path, name: str) -> Path:
        """Copy a finished file to where the user looks for it, whole or not at all; a link there is replaced.

        Raises
        ------
        AisleError
            If it cannot be written there, or a folder above is a link.
        """
        refuse_links(self.root, name, itself=False)
        temporary, target = unfinished(self.root, name), self.root / name
        try:
            shutil.copyfile(source, temporary)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(temporary, target)
        except OSError as error:
            remove(temporary)
            raise AisleError(f"{target}: cannot be written ({error.strerror}); move away what stands there.") from None
        return target


def _manifest(path: Path) -> dict[str, Any]:
    try:
        found = json.loads((path / "manifest.json").read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _whole(path: Path) -> bool:
    """Whether all files that an artifact's manifest lists are there, in their sizes."""
    told = _manifest(path)
    listed = told.get("bytes")
    if "content" not in told or not isinstance(listed, dict):
        return False
    try:
        return all((path / name).stat().st_size == size for name, size in listed.items())
    except OSError:
        return False


def _sizes(folder: Path) -> dict[str, int]:
    return {str(file.relative_to(folder)): file.stat().st_size for file in sorted(folder.rglob("*")) if file.is_file()}


def _brief(about: dict[str, Any]) -> str:
    counts = [f"{value:,} {name}" for name, value in about.items() if isinstance(value, int)]
    return f" ({', '.join(counts)})" if counts else ""
