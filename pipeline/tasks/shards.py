"""Artifacts that hold a shard each, and what a shard of queries is."""

from collections.abc import Sequence
from pathlib import Path

import dataframely as dy
import polars as pl

from data.folds import prefixes_of
from data.growing import ROWS_AT_ONCE
from data.schema import Prefixes
from data.tables import shard_file, write
from pipeline.store.task import Artifact


def shard_files(shards: Sequence[Artifact]) -> list[Path]:
    """NNN.parquet of each, the shards in their order."""
    return [shard_file(artifact.path, number) for number, artifact in enumerate(shards)]


def write_queries(
    into: Path,
    number: int,
    events: pl.LazyFrame,
    queries: pl.DataFrame,
    schema: type[dy.Schema],
    silent: pl.LazyFrame | None = None,
) -> tuple[pl.DataFrame, int]:
    """Write queries/ and prefixes/NNN.parquet of one shard; return its queries and how many events they show.

    Parameters
    ----------
    into, number
        The folder, and the shard.
    events
        The shard's events.
    queries
        Those of all shards.
    schema
        QUERIES, or value's.
    silent
        frame(session): those of the shard that are asked and have no events.
    """
    sessions = events.select("session").unique()
    if silent is not None:
        sessions = pl.concat([sessions, silent])
    mine = queries.lazy().join(sessions, on="session", how="semi", maintain_order="left").collect()
    write(schema.validate(mine, cast=True), shard_file(into / "queries", number))
    prefixes = Prefixes.validate(prefixes_of(events, mine.lazy()).collect(), cast=True)
    return mine, write(prefixes, shard_file(into / "prefixes", number), ROWS_AT_ONCE)
