"""What the folders of a path say of the rows in its file: `dt=2024-02-03/part-0.parquet`."""

import re
from pathlib import Path
from urllib.parse import unquote

import polars as pl

PARTITION = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*)=(.*)", re.DOTALL)
NULL = "__HIVE_DEFAULT_PARTITION__"


def partitions_of(path: Path) -> dict[str, str | None]:
    """The columns that a path's folders name, with their texts; of two folders of one name the inner counts."""
    found = (PARTITION.fullmatch(part) for part in path.parent.parts)
    values = {match[1]: unquote(match[2]) for match in found if match}
    return {name: None if value in {NULL, ""} else value for name, value in values.items()}


def with_partitions(frame: pl.DataFrame, partitions: dict[str, str | None]) -> pl.DataFrame:
    """A batch with the columns of its file's folders; what the file itself has stays."""
    more = {name: value for name, value in partitions.items() if name not in frame.columns}
    return frame.with_columns(pl.lit(value, pl.String).alias(name) for name, value in more.items()) if more else frame
