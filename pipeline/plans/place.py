"""Where a run's artifacts lie: in the working directory, those of a development sample in a folder of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.store.store import Store
from pipeline.store.task import Artifact, Task


@dataclass(frozen=True)
class Place:
    """A store, and the folder in it that all that depends on the sample goes to.

    Parameters
    ----------
    store
        The working directory's.
    sample
        Such as `samples/0.05`; empty for the whole.
    """

    store: Store
    sample: str = ""

    @property
    def output(self) -> Path:
        """Where results are published."""
        return self.store.root / self.sample

    def make(self, name: str, task: Task) -> Artifact:
        """Build an artifact of the sample, unless it is up to date."""
        return self.store.make(self.named(name), task)

    def make_all(self, tasks: Mapping[str, Task], at_once: int = 1) -> tuple[Artifact, ...]:
        """Build several that do not need each other (see `Store.make_all`)."""
        return tuple(self.store.make_all({self.named(name): task for name, task in tasks.items()}, at_once))

    def make_shards(self, name: str, tasks: Sequence[Task]) -> tuple[Artifact, ...]:
        """Build an artifact a shard: `<name>/NNN`."""
        return self.make_all({f"{name}/{shard:03d}": task for shard, task in enumerate(tasks)})

    def publish(self, made: Artifact, file: str) -> None:
        """Copy a result to where the user looks for it."""
        self.store.publish(made.path / file, self.named(file))

    def named(self, name: str) -> str:
        """The name in the whole working directory of what lies in the sample's folder."""
        return f"{self.sample}/{name}" if self.sample else name
