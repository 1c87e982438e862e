"""How a run keeps to the memory that it may hold, and says before it begins where there is no room for it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from data.errors import AisleError
from data.sizes import write_size
from pipeline.settings.config import Config, found_files
from pipeline.store.faults import free_in
from pipeline.tasks.log_room import MOST_SHARDS, log_room, shards_within


def within_budget(config: Config) -> Config:
    """The configuration with as many shards as its memory budget asks for; never fewer than it names.

    Raises
    ------
    AisleError
        If no number of shards keeps to the budget.
    """
    budget = config.memory_bytes
    if budget is None or config.train is None:
        return config
    files, at_once = found_files(config.train, "train").files, config.input.format.batch_rows
    shards = shards_within(files, budget, at_once)
    if shards is None:
        least = log_room(files, MOST_SHARDS, at_once).memory
        raise AisleError(
            f"`memory_budget` {config.memory_budget} is too little for this log, whose tables take about "
            f"{write_size(least)} in however many shards; raise it, or lower `input.format.batch_rows`."
        )
    return replace(config, shards=max(config.shards, shards))


def require_room(files: Sequence[Path], config: Config, folder: Path) -> None:
    """Refuse a log whose tables the disk has no room for, before it is read.

    Raises
    ------
    AisleError
        If there is none.
    """
    free = free_in(folder)
    wanted = log_room(files, config.shards, config.input.format.batch_rows).disk
    if wanted > free:
        raise AisleError(
            f"{folder}: the tables of this log take about {write_size(wanted)} and the disk has {write_size(free)} "
            "left; make room, or name another folder with --workdir."
        )
