"""What tasks of one stage open alike: opened by the first of them in a process, let go of when another stage begins."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from threading import Lock
from typing import TypeVar, cast

from pipeline.store.identity import plain
from pipeline.store.task import Task

Opened = TypeVar("Opened")
_held: dict[str, object] = {}
_lock = Lock()


def opened(task: Task, opening: Callable[[], Opened]) -> Opened:
    """What the task's sibling before it has opened in this process, or else what is opened now.

    Parameters
    ----------
    task
        One of several that differ in their `shard` alone.
    opening
        Opens what does not depend on the shard, and is not changed by being used.
    """
    key = _shared(task)
    with _lock:
        if key not in _held:
            _held.clear()
            _held[key] = opening()
        return cast(Opened, _held[key])


def let_go_before(task: Task) -> None:
    """Let go of what was opened for tasks that are no siblings of this one."""
    with _lock:
        if _held and _shared(task) not in _held:
            _held.clear()


def let_go() -> None:
    """Let go of it: nothing more is built here."""
    with _lock:
        _held.clear()


def _shared(task: Task) -> str:
    """What siblings have in common: all that decides their results but the shard."""
    alike = replace(task, shard=0) if "shard" in {one.name for one in fields(task)} else task
    return json.dumps([type(task).__module__, plain(alike)])
