"""Where the tables of an artifact lie, and how a finished frame is written."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.items import known_before
from data.sound import need, opening


def shard_file(folder: Path, number: int) -> Path:
    """The file of one shard."""
    return folder / f"{number:03d}.parquet"


def scan(path: Path) -> pl.LazyFrame:
    """A table: one file, or a folder of shards in their order.

    By exact names: Polars would take `[`, `?` and `*` in a path for a pattern, and read what else matches it.
    """
    if not path.is_dir():
        return pl.scan_parquet(path, glob=False)
    return scan_all(sorted(path.glob("*.parquet"), key=lambda file: file.stem.zfill(4)))  # 999 before 1000


def scan_all(files: Sequence[Path]) -> pl.LazyFrame:
    """Several files of one table, in the given order."""
    return pl.scan_parquet(list(files), glob=False)


def read_whole(file: Path, columns: list[str] | None = None) -> pl.DataFrame:
    """A whole table, or some of its columns, from one file."""
    return pl.read_parquet(file, columns=columns, glob=False)


def item_codes(file: Path) -> npt.NDArray[np.int64]:
    """The codes in a table's column `item`, in the order of its rows."""
    return read_whole(file, ["item"])["item"].to_numpy().astype(np.int64)


def items_before(log: Path, until: datetime) -> pl.LazyFrame:
    """ITEMS of a log's tables, as far as known before a moment."""
    return known_before(scan(log / "items.parquet"), scan(log / "late_names.parquet"), until)


def session_hashes(log: Path) -> pl.LazyFrame:
    """A log's sessions with the hashes of their keys: session, hash."""
    return scan(log / "keys" / "session.parquet").select(session="code", hash="hash")


def write(frame: pl.DataFrame | pl.LazyFrame, path: Path, rows_at_once: int | None = None) -> int:
    """Write a table and return its rows; with `rows_at_once`, so that a reader of some of it reads little more."""
    table = frame.collect() if isinstance(frame, pl.LazyFrame) else frame
    path.parent.mkdir(parents=True, exist_ok=True)
    table.write_parquet(path, row_group_size=rows_at_once)
    return table.height


def of_queries(table: pl.LazyFrame, queries: pl.DataFrame) -> pl.LazyFrame:
    """The rows of some queries, in their order, of a table that is sorted by `query`.

    Only those parts of the file are read that lie between the first and the last of them.
    """
    if queries.is_empty():
        return table.clear()
    between = pl.col("query").is_between(queries["query"].min(), queries["query"].max())
    return table.filter(between).join(queries.lazy().select("query"), on="query", how="semi", maintain_order="left")


def read_json(path: Path) -> dict[str, Any]:
    """A small json file of an artifact.

    Raises
    ------
    AisleError
        If it is damaged.
    """
    with opening(path):
        found: dict[str, Any] = json.loads(path.read_text())
        need(isinstance(found, dict), f"it holds {type(found).__name__}")
        return found
