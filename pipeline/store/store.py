"""The artifact store: what is built is whole or not there, and what still has its identity is not built again."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.errors import AisleError, BadInputError
from data.manifest import MANIFEST, content_of, fault_in, fault_of, files_in, home_of, read_manifest, write_manifest
from data.sizes import write_size
from pipeline.store.again import Again
from pipeline.store.engine import Built, Engine, HereEngine
from pipeline.store.faults import free_in, named, no_room, refuse_changed, room_said, size_of
from pipeline.store.identity import identity_of, made_from, modules_of
from pipeline.store.room import room_of
from pipeline.store.task import Artifact, Task
from pipeline.store.watching import Lines, Made, Stage, Watch, stage_name
from pipeline.store.workdir import refuse_links, remove, replace, unfinished

Facts = dict[str, Any]


@dataclass(frozen=True)
class Store:
    """The artifacts of one working directory.

    Parameters
    ----------
    root
        The folder that artifacts are named in.
    report
        Called with one line when an artifact is built or found up to date, and where something is to be said of one.
    watch
        Is told what is done, in place of those lines on artifacts; null for the lines.
    engine
        Where tasks run.
    budget
        Bytes of memory that a run may hold: what will take more, by its task or by when it was built last, is said
        before it is built. Null for no bound.
    again
        What is built again once, though it is current.
    """

    root: Path
    report: Callable[[str], None] = print
    watch: Watch | None = None
    engine: Engine = field(default_factory=HereEngine)
    budget: int | None = None
    again: Again = field(default_factory=Again)
    _whole: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def builds(self) -> bool:
        """Whether products are built and files written; a store that is only asked does neither."""
        return True

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
        stands = {name: self._standing(name, ids[name]) for name in tasks}
        folders = {name: unfinished(self.root, name) for name, facts in stands.items() if facts is None}
        self._foresee({name: tasks[name] for name in folders})
        built = self.engine.run([(tasks[name], folder) for name, folder in folders.items()], at_once)
        with self._watching.stage(self._stage(list(tasks), list(folders))):
            try:
                for name, task in tasks.items():
                    if name in folders:
                        facts = {"name": name, "id": ids[name], **made[name], "modules": modules_of(task)}
                        stands[name] = self._build(name, task, built, folders[name], facts)
                    self._watching.made(Made(name, stands[name] or {}, built=name in folders))
            finally:
                built.close()  # waits for what is built beside one that failed
                for folder in folders.values():
                    remove(folder)
        content = {name: facts["content"] for name, facts in stands.items() if facts is not None}
        return [Artifact(self.root / name, content[name], fresh=name not in folders) for name in tasks]

    @property
    def _watching(self) -> Watch:
        return self.watch or Lines(self.report)

    def _stage(self, names: Sequence[str], building: Sequence[str]) -> Stage:
        if not names:
            return Stage("", 0)
        before = [(read_manifest(self.root / name) or {}).get("seconds") for name in building]
        seconds = [took for took in before if took is not None]
        return Stage(stage_name(names), len(building), sum(seconds) if len(seconds) == len(before) else None)

    def _foresee(self, tasks: Mapping[str, Task]) -> None:
        """Say what would hold more memory than there may be, before it begins; refuse what the disk has no room for.

        Raises
        ------
        AisleError
            If it has none.
        """
        rooms = {name: room_of(task, self.root / name) for name, task in tasks.items()}
        wanted, free = sum(room.disk for room in rooms.values()), free_in(self.root)
        if wanted > free:
            raise AisleError(
                f"{self.root}: `{stage_name(list(rooms))}` takes about {write_size(wanted)} and the disk has "
                f"{write_size(free)} left; make room, or name another folder with --workdir."
            )
        most = max(rooms, key=lambda name: rooms[name].memory, default="")
        if self.budget is not None and most and rooms[most].memory > self.budget:
            self.report(
                f"{most}: takes about {write_size(rooms[most].memory)} of memory, more than the "
                f"{write_size(self.budget)} of `memory_budget`: {rooms[most].mend}"
            )

    def _standing(self, name: str, identity: str) -> Facts | None:
        """The manifest of what stands there, if it has this identity and is whole; said where it is damaged."""
        path = self.root / name
        found = read_manifest(path)
        if found is None:
            self.report(f"{name}: damaged ({MANIFEST}), built again")
            return None
        if found.get("id") != identity or (self.again(name) and name not in self._whole):
            return None
        if self._whole.get(name) != found["seal"]:  # once a run
            if fault := fault_in(path, found):
                self.report(f"{name}: damaged ({fault}), built again")
                return None
            self._whole[name] = found["seal"]
        return found

    def _build(self, name: str, task: Task, built: Iterator[Built], folder: Path, manifest: Facts) -> Facts:
        try:
            with named(name, folder, self.root):
                result = next(built)
                refuse_changed(name, task, manifest)
                files = files_in(folder)
                facts = {
                    "about": result.about,
                    "seconds": result.seconds,
                    "cpu_seconds": result.cpu_seconds,
                    "peak_memory_mib": result.peak_memory_mib,
                    "files": files,
                    "content": content_of(files),
                }
                written = write_manifest(folder, manifest | facts)
                replace(folder, self.root, name)
        except BadInputError as error:
            for kept, file in error.kept.items():
                self.publish(file, kept)
            raise
        finally:
            remove(folder)
        self._whole[name] = written["seal"]
        return written

    def publish(self, source: Path, name: str) -> Path:
        """Copy a finished file to where the user looks for it, whole or not at all; a link there is replaced.

        Raises
        ------
        AisleError
            If it cannot be written there, or a folder above is a link; if it is not what its artifact's manifest says.
        """
        refuse_links(self.root, name, itself=False)
        temporary, target = unfinished(self.root, name), self.root / name
        try:
            shutil.copyfile(source, temporary)
            if fault := self._fault(source, temporary):
                raise AisleError(f"{source}: is damaged ({fault}); the same command builds it again.")
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(temporary, target)
        except OSError as error:
            if why := no_room(error, self.root):
                raise AisleError(room_said(f"`{name}` ({size_of(source)})", why, self.root)) from None
            raise AisleError(f"{target}: cannot be written ({error.strerror}); move away what stands there.") from None
        finally:
            remove(temporary)
        self._watching.published(target)
        return target

    def _fault(self, source: Path, copied: Path) -> str | None:
        """What a copy of an artifact's file is not that the manifest says of it."""
        home = home_of(source, self.root)
        told = (read_manifest(home) or {}).get("files", {}) if home else {}
        name = str(source.relative_to(home)) if home else ""
        return fault_of(copied, told[name]) if name in told else None
