"""A store that builds nothing: asked for products as any other, it tells which are current and which would be built.

What comes after a product that would be built is not known before it is. Where an earlier form of it stands, that is
taken for it, and what follows *waits*: it is built again if that product comes out another. Where nothing stands, its
place is named, and whoever would read from there is stopped (`Unbuilt`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PosixPath
from typing import Any

from data.manifest import fault_in, fault_of, home_of, read_manifest
from pipeline.store.changes import Change, changes
from pipeline.store.identity import identity_of, made_from, modules_of
from pipeline.store.standing import StandingEngine
from pipeline.store.store import Store
from pipeline.store.task import Artifact, Task, parts_of

CURRENT, WAITS, STALE, DAMAGED, NEW = "current", "waits", "stale", "damaged", "new"
BUILT = (NEW, STALE, DAMAGED)
"""The states of what would be built for certain."""


class Unbuilt(BaseException):
    """A file of a product is asked for that is not built yet: it ends a walk, and no handler of errors takes it."""


class Absent(PosixPath):
    """A path of a product that is not built yet: it can be named, and not read."""

    def __fspath__(self) -> str:
        """Refuse to be opened, listed or looked for."""
        raise Unbuilt(str(self))


@dataclass(frozen=True)
class Asked:
    """What is known of a product, or of a published file, that was asked for.

    Parameters
    ----------
    name
        Its place below the working directory.
    state
        `current`; `new`, `stale`, `damaged`: would be built; `waits`: would be, if what it is made from changes.
    why
        In words; of `waits` the products that it waits for.
    published
        Whether it is a published file.
    """

    name: str
    state: str
    why: tuple[str, ...] = ()
    published: bool = False


@dataclass(frozen=True)
class AskingStore(Store):
    """A store that answers with what stands, and notes what would be built.

    Attributes
    ----------
    asked
        What was asked for, by name, in its order.
    """

    asked: dict[str, Asked] = field(default_factory=dict, repr=False, compare=False)
    _names: dict[str, set[str]] = field(default_factory=dict, repr=False, compare=False)
    _unsure: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def builds(self) -> bool:
        """Whether products are built and files written."""
        return False

    @property
    def unsure(self) -> bool:
        """Whether something was handed out that may yet come out another, or is not there."""
        return any(self._unsure.values())

    def make_all(self, tasks: Mapping[str, Task], at_once: int = 1) -> Sequence[Artifact]:
        """Note several products' states; give what stands, or the place of what does not."""
        return [self._ask(name, task) for name, task in tasks.items()]

    def publish(self, source: Path, name: str) -> Path:
        """Note whether a published file is what its product holds."""
        product = str(source.relative_to(self.root))
        waits = next((held for made, held in self._unsure.items() if product.startswith(f"{made}/")), frozenset())
        if waits:
            state = Asked(name, WAITS, tuple(sorted(waits)), published=True)
        elif fault := self._unlike(source, self.root / name):
            state = Asked(name, NEW if fault == "not there" else STALE, (f"the file: {fault}",), published=True)
        else:
            state = Asked(name, CURRENT, published=True)
        self.asked[name] = state
        return self.root / name

    def _ask(self, name: str, task: Task) -> Artifact:
        made, found = made_from(task), read_manifest(self.root / name)
        waits = frozenset[str]().union(*(self._unsure.get(self._below(need), ()) for need in needs_of(task)))
        state = self._state(name, task, made, found, waits)
        if state.state in BUILT and isinstance(self.engine, StandingEngine):
            self.engine.refuse(task, name)
        self.asked[name] = state
        if state.state != CURRENT:
            self._unsure[name] = waits if state.state == WAITS else frozenset([name])
        content = (found or {}).get("content") or f"unbuilt {name}"
        self._names.setdefault(content, set()).add(name)
        # one that is damaged comes out as it was, and what of it is not there is missed where it is read
        path = self.root / name if found else Absent(self.root / name)
        return Artifact(path, content, fresh=state.state in (CURRENT, WAITS))

    def _state(
        self, name: str, task: Task, made: dict[str, Any], found: dict[str, Any] | None, waits: frozenset[str]
    ) -> Asked:
        if found is None:
            return Asked(name, DAMAGED, ("its manifest is damaged",))
        if not found:
            return Asked(name, NEW, ("not there",))
        differences = [] if found["id"] == identity_of(made) else self._changes(task, made, found)
        certain = [one.said for one in differences if one.need is None or not self._may_be_another(one.need)]
        certain += ["asked for again"] if self.again(name) else []
        if certain:
            return Asked(name, STALE, tuple(dict.fromkeys(certain)))
        if fault := fault_in(self.root / name, found):
            return Asked(name, DAMAGED, (fault,))
        if differences or waits:
            return Asked(name, WAITS, tuple(sorted(waits)))
        return Asked(name, CURRENT)

    def _changes(self, task: Task, made: dict[str, Any], found: dict[str, Any]) -> list[Change]:
        return changes(found, made, modules_of(task), {content: min(names) for content, names in self._names.items()})

    def _may_be_another(self, content: str) -> bool:
        return any(self._unsure.get(name) for name in self._names.get(content, ()))

    def _below(self, need: Artifact) -> str:
        return str(need.path.relative_to(self.root)) if need.path.is_relative_to(self.root) else str(need.path)

    def _unlike(self, source: Path, published: Path) -> str | None:
        """What a published file is not that its product's manifest says of it."""
        home = home_of(source, self.root)
        told = (read_manifest(home) or {}).get("files", {}) if home else {}
        name = str(source.relative_to(home)) if home else ""
        return fault_of(published, told[name]) if name in told else None


def needs_of(task: Task) -> list[Artifact]:
    """The products that a task is made from."""
    return [part for part in parts_of(task) if isinstance(part, Artifact)]
