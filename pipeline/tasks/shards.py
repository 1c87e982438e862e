"""Artifacts that hold a shard each."""

from collections.abc import Sequence
from pathlib import Path

from data.tables import shard_file
from pipeline.store.task import Artifact


def shard_files(shards: Sequence[Artifact]) -> list[Path]:
    """NNN.parquet of each, the shards in their order."""
    return [shard_file(artifact.path, number) for number, artifact in enumerate(shards)]
