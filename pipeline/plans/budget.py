"""How a run keeps to the memory that it may hold, and says before it begins where there is no room for it."""

from dataclasses import replace

from candidates.covisit.source import CoVisits
from candidates.source import Source
from data.errors import AisleError
from data.sizes import write_size
from pipeline.plans.taken import taken
from pipeline.settings.config import Config, Input
from pipeline.tasks.log_owners import OwnerShare
from pipeline.tasks.log_room import MOST_SHARDS, log_room, shards_within

LEAST_BATCH = 50_000
"""Rows of a batch below which reading costs more than it saves."""
ROOMY = 4 * 2**30
LEAST_QUERIES, LEAST_PAIRS = 250, 32  # questions; MiB


def within_budget(config: Config) -> Config:
    """The configuration with as many shards, and as small batches of rows, as its memory budget asks for.

    There are never fewer shards than it names, and batches become smaller only where no number of shards is enough.

    Raises
    ------
    AisleError
        If neither keeps to the budget.
    """
    budget = config.memory_bytes
    if budget is None or config.train is None:
        return config
    files, at_once = taken(config).found.files, config.input.format.batch_rows
    owners = OwnerShare.of(config.input.window)
    while (shards := shards_within(files, budget, at_once, owners)) is None:
        if at_once <= LEAST_BATCH:
            least = log_room(files, MOST_SHARDS, at_once, owners).memory
            raise AisleError(
                f"`memory_budget` {config.memory_budget} is too little for this log, whose tables take about "
                f"{write_size(least)} in however many shards; raise it."
            )
        at_once = max(LEAST_BATCH, at_once // 2)
    return replace(config, shards=max(config.shards, shards), input=_batched(config.input, at_once))


def _batched(given: Input, rows: int) -> Input:
    return given if rows == given.format.batch_rows else replace(given, format=replace(given.format, batch_rows=rows))


def queries_within(usual: int, budget: int | None) -> int:
    """Questions that are worked on at once: as many as usual from 4 GiB on, fewer in proportion below."""
    return usual if budget is None else max(LEAST_QUERIES, min(usual, usual * budget // ROOMY))


def roomy(source: Source, budget: int | None) -> Source:
    """A source that counts from as many pairs at once as usual from 4 GiB on, and from fewer in proportion below."""
    if budget is None or not isinstance(source, CoVisits):
        return source
    usual = source.memory_mib
    return replace(source, memory_mib=min(usual, max(LEAST_PAIRS, usual * budget // ROOMY)))
