"""A generated log on disk: folders of hours, several parquet parts each."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from data.synthetic.inapp.block import KEY, Block, draw_block, hour_sizes
from data.synthetic.inapp.config import FOLDER_TIME, InAppLog
from data.synthetic.inapp.dirt import CHANGES, EMPTY, FAULTS, TRUNCATED
from data.synthetic.inapp.market import Market, build_market
from data.synthetic.unfinished import begun

SPLITS = ("train", "test")
BLOCK = 10_000
"""Rows that share a random stream and a row group; memory holds one block."""


class _Part(NamedTuple):
    split: int
    hour: datetime
    number: int  # of the hour in its split, and of the part in its hour
    part: int
    first: int  # of its rows in the split
    rows: int
    fault: str | None


def write_inapp(log: InAppLog, folder: Path) -> dict[str, int]:
    """Write train/ (with labels), test/ (without), labels.parquet (of test) and truth.parquet (of test).

    The hours' folders are `datetime=2025-10-01-15-00`, the files `part-00001-....snappy.parquet`. `truth.parquet` has
    the chance and the mean that the rows of `test` were drawn with, `chance_d7` and `mean_d7`: a ceiling.

    Parameters
    ----------
    log
        What to generate.
    folder
        Absent or empty; appears when the log is whole.

    Returns
    -------
    dict
        `train` and `test`: rows, including those in parts that nobody can read.

    Raises
    ------
    AisleError
        If the folder holds anything.
    """
    unfinished = begun(folder)
    market = build_market(log.seed)
    counts = {"train": _write_split(log, market, 0, unfinished), "test": 0}
    if log.test_rows:
        counts["test"] = _write_split(log, market, 1, unfinished)
    unfinished.rename(folder)
    return counts


def _write_split(log: InAppLog, market: Market, split: int, into: Path) -> int:
    total, aside = 0, _Aside(into) if split else None
    for part in _parts(log, split):
        folder = into / SPLITS[split] / f"datetime={part.hour.strftime(FOLDER_TIME)}"
        folder.mkdir(parents=True, exist_ok=True)
        name = UUID(int=(log.seed % 2**64 << 64) + (split << 60) + part.number)
        file = folder / f"part-{part.part:05d}-{name}-c000.snappy.parquet"
        total += _write_part(file, part, _blocks(log, market, part), aside)
    if aside is not None:
        aside.close()
    return total


def _parts(log: InAppLog, split: int) -> Iterator[_Part]:
    hours, first = log.hours_of(split), 0
    sizes = hour_sizes((log.rows, log.test_rows)[split], hours, log.parts)
    for number, (hour, size) in enumerate(zip(hours, sizes, strict=True)):
        for part in range(log.parts):
            rows = size * (part + 1) // log.parts - size * part // log.parts
            dirty = log.dirt and part == log.parts - 1
            yield _Part(split, hour, number, part, first, rows, FAULTS[number % len(FAULTS)] if dirty else None)
            first += rows


def _blocks(log: InAppLog, market: Market, part: _Part) -> Iterator[Block]:
    for number, start in enumerate(range(0, part.rows, BLOCK)):
        place = (1 + part.split, part.number, part.part, number)
        yield draw_block(market, log.seed, place, part.hour, part.first + start, min(BLOCK, part.rows - start))


class _Aside:
    """What the rows of `test` do not tell: their labels and the truth behind them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.writers: dict[str, pq.ParquetWriter] = {}

    def add(self, block: Block) -> None:
        for name, columns in {"labels": block.labels, "truth": block.truth}.items():
            table = columns.add_column(0, KEY, block.rows[KEY])
            if name not in self.writers:
                self.writers[name] = pq.ParquetWriter(self.folder / f"{name}.parquet", table.schema)
            self.writers[name].write_table(table)

    def close(self) -> None:
        for writer in self.writers.values():
            writer.close()


def _write_part(file: Path, part: _Part, blocks: Iterator[Block], aside: _Aside | None) -> int:
    """Write a part's blocks; return its rows."""
    writer, rows = None, 0
    change = CHANGES.get(part.fault or "")
    for block in blocks:
        table = block.rows if aside else _with_labels(block)
        if change is not None:
            table = change(table)
        if writer is None:
            writer = pq.ParquetWriter(file, table.schema, compression="snappy")
        writer.write_table(table, row_group_size=BLOCK)
        rows += table.num_rows
        if aside is not None:
            aside.add(block)
    assert writer is not None  # a part has a row at least
    writer.close()
    if part.fault in (TRUNCATED, EMPTY):
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2] if part.fault == TRUNCATED else b"")
    return rows


def _with_labels(block: Block) -> pa.Table:
    table = block.rows
    for name in block.labels.column_names:
        table = table.append_column(name, block.labels[name])
    return table
