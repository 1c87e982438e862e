from dataclasses import dataclass, field
from pathlib import Path

import pytest

from data.aside import ASIDE
from pipeline.store.engine import HereEngine, build
from pipeline.store.opened import _held, let_go, opened
from pipeline.store.store import Store
from pipeline.store.task import Artifact


@dataclass(frozen=True)
class Shard:
    """A task of several that open the same table."""

    table: Artifact
    shard: int
    openings: list[str] = field(metadata=ASIDE)

    def __call__(self, into):
        table = opened(self, self._open)
        (into / "file.txt").write_text(f"{table} {self.shard}")
        return {}

    def _open(self):
        self.openings.append(self.table.content)
        return f"table {self.table.content}"


@dataclass(frozen=True)
class Other:
    """A task that opens nothing."""

    def __call__(self, into):
        return {"held": len(_held)}


@pytest.fixture(autouse=True)
def _nothing_held():
    let_go()
    yield
    let_go()


def shards(table, openings):
    return [Shard(Artifact(Path("somewhere"), table), shard, openings) for shard in range(3)]


def test_siblings_open_once_and_nothing_is_held_afterwards(tmp_path):
    openings = []
    tasks = {f"a/{task.shard}": task for task in shards("one", openings)}
    made = Store(tmp_path, [].append, engine=HereEngine()).make_all(tasks)
    assert [(one.path / "file.txt").read_text() for one in made] == ["table one 0", "table one 1", "table one 2"]
    assert openings == ["one"]
    assert not _held


def test_others_open_anew(tmp_path):
    openings = []
    for number, task in enumerate([*shards("one", openings), *shards("two", openings), *shards("one", openings)]):
        build((task, tmp_path / str(number)))
    assert openings == ["one", "two", "one"]
    assert len(_held) == 1


def test_a_task_of_another_kind_lets_go_before_it_begins(tmp_path):
    build((shards("one", [])[0], tmp_path / "a"))
    assert len(_held) == 1
    assert build((Other(), tmp_path / "b")).about == {"held": 0}


def test_what_fails_to_open_is_opened_again(tmp_path):
    task = shards("one", [])[0]
    with pytest.raises(ZeroDivisionError):
        opened(task, lambda: 1 // 0)
    assert opened(task, lambda: 7) == 7
