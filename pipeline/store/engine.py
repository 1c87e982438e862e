"""Where a shard's work runs: here, one after another; a cluster is another engine, and no stage knows."""

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


class Engine(Protocol):
    """Maps a function over shards; results come in the shards' order."""

    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> list[Result]:
        """Apply `function` to every task."""
        ...


class HereEngine:
    """Run everything in this process: Polars and LightGBM already use all cores within a shard."""

    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> list[Result]:
        """Apply `function` to every task, one after another."""
        return [function(task) for task in tasks]
