"""The typed rows of a log on disk while its tables are made: an owner's lie together in one shard."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from data.keys import key_hash
from data.schema import Timestamp
from data.shapes.marks import EVENT_ID
from data.tables import read_whole, scan, scan_all
from data.values.key_types import KeyColumns

AT_ONCE = 4_000_000
"""Rows that are held before they are laid into their shards: files are fewer than batches times shards."""
UNSAID: dict[str, pl.DataType] = {
    **dict.fromkeys(("session", "user", "item", "category", "brand", "text", "segment", EVENT_ID), pl.String()),
    **dict.fromkeys(("price", "quantity", "session_value"), pl.Float64()),
    "again": Timestamp,
}
"""Types of columns that no row says anything in: they are not written."""


@dataclass
class LogParts:
    """Typed rows as they are read, written once into their owners' shards and read shard by shard.

    A column is written from the first batch on that says anything in it; where it is not, it is null.

    Parameters
    ----------
    folder
        Where the files lie.
    owner
        The column by which rows belong together; each row has it.
    shards
        How many there are; a hash of the owner tells which.
    """

    folder: Path
    owner: str
    shards: int
    columns: KeyColumns = field(default_factory=KeyColumns)
    said: dict[str, pl.DataType] = field(default_factory=dict)
    unsaid: dict[str, pl.DataType] = field(default_factory=lambda: dict(UNSAID))
    files: dict[int, list[Path]] = field(default_factory=dict)
    begins: list[tuple[int, Path]] = field(default_factory=list)
    held: list[pl.DataFrame] = field(default_factory=list)
    written: int = 0

    def see(self, rows: pl.DataFrame, file: Path) -> None:
        """Take note of a batch's keys; its rows stand under their numbers in the file."""
        self.columns.see(rows, file)

    def add(self, rows: pl.DataFrame, file: Path) -> None:
        """Take a batch of one file; its rows stand under their numbers in the log, which ascend."""
        if rows.is_empty():
            return
        if not self.begins or self.begins[-1][1] != file:
            self.begins.append((rows["row"][0], file))
        self.said |= {c.name: c.dtype for c in rows.iter_columns() if c.null_count() < rows.height}
        rows = rows.select(name for name in rows.columns if name in self.said)
        if self.held and self.held[-1].schema != rows.schema:
            self.flush()
        self.held.append(rows)
        if sum(each.height for each in self.held) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Lay what is held into its shards."""
        if not self.held:
            return
        rows, self.held = pl.concat(self.held), []
        for shard, mine in _divided(rows, self.owner, self.shards):
            self._write(shard, mine)

    def rows(self, shard: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """A shard's rows in the log's order, with all columns or some."""
        found = [read_whole(file) if columns is None else _some(file, columns) for file in self.files.get(shard, [])]
        rows = pl.concat(found, how="diagonal") if found else pl.DataFrame(schema={"row": pl.UInt64})
        rows = self._completed(rows.lazy(), columns).collect()
        return rows if rows["row"].is_sorted() else rows.sort("row")

    def scan(self, columns: Sequence[str] | None = None) -> pl.LazyFrame:
        """All rows, a shard's after another's, with all columns or some.

        Files of the same columns are one scan: a scan a file would be a thread a file.
        """
        alike: dict[tuple[str, ...], list[Path]] = {}
        for file in self.all_files():
            alike.setdefault(tuple(scan(file).collect_schema()), []).append(file)
        found = [self._completed(scan_all(files), columns) for files in alike.values()]
        rows = pl.concat(found, how="diagonal") if found else self._completed(pl.LazyFrame(), columns)
        return rows if columns is None else rows.select(columns)

    def ends(self) -> pl.LazyFrame:
        """The times of the log's first row and of its last event: frame(ts) of two rows."""
        rows = self.scan(["row", "ts"])
        told = rows.select(pl.col("row").min(), pl.col("ts").max()).collect(engine="streaming")
        first = rows.filter(pl.col("row") == told["row"][0]).select("ts").collect(engine="streaming")
        return pl.concat([first, told.select("ts")]).lazy()

    def replace(self, shard: int, rows: pl.DataFrame) -> None:
        """Put other rows in a shard's place."""
        for file in self.files.pop(shard, []):
            file.unlink()
        self.said |= {c.name: c.dtype for c in rows.iter_columns() if c.null_count() < rows.height}
        self._write(shard, rows.select(name for name in rows.columns if name in self.said))

    def rewrite(self, file: Path, rows: pl.DataFrame) -> None:
        """Put other rows in a file's place: as many shards as before."""
        _write(rows, file)
        self.said |= {c.name: c.dtype for c in rows.iter_columns() if c.name in self.said}

    def lay_anew(self) -> None:
        """Find every row's shard again, after its owner was written in another way."""
        before, self.files = self.all_files(), {}
        for file in before:
            for shard, mine in _divided(read_whole(file), self.owner, self.shards):
                self._write(shard, mine)
            file.unlink()

    def file_of(self, row: int) -> Path:
        """The raw file that a row stands in."""
        return [file for first, file in self.begins if first <= row][-1]

    def all_files(self) -> list[Path]:
        """The files of all shards, in the shards' order."""
        return [file for shard in sorted(self.files) for file in self.files[shard]]

    def clear(self) -> None:
        """Remove the files and their folder."""
        for file in self.all_files():
            file.unlink()
        self.folder.rmdir()

    def _write(self, shard: int, rows: pl.DataFrame) -> None:
        if rows.is_empty():
            return
        file = self.folder / f"{shard:04d}-{self.written:06d}.parquet"
        _write(rows, file)
        self.files.setdefault(shard, []).append(file)
        self.written += 1

    def _completed(self, rows: pl.LazyFrame, columns: Sequence[str] | None) -> pl.LazyFrame:
        """Rows with all columns, null where they say nothing."""
        there = rows.collect_schema()
        types = self.unsaid | self.said
        wanted = {name: types[name] for name in types if columns is None or name in columns}
        return rows.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in wanted.items() if name not in there)


def _write(rows: pl.DataFrame, file: Path) -> None:
    """As they are: packing them for the minutes that they lie there would take a tenth of all time."""
    rows.write_parquet(file, compression="uncompressed", statistics=False)


def _some(file: Path, columns: Sequence[str]) -> pl.DataFrame:
    there = scan(file).collect_schema()
    return read_whole(file, ["row", *(name for name in columns if name in there and name != "row")])


def _divided(rows: pl.DataFrame, owner: str, shards: int) -> Iterator[tuple[int, pl.DataFrame]]:
    """The rows of each shard that has any, in their order."""
    if shards == 1:
        yield 0, rows
        return
    shard = (key_hash(rows[owner]).to_numpy() % np.uint64(shards)).astype(np.uint16)
    ends = np.cumsum(np.bincount(shard, minlength=shards))
    rows = rows.rechunk()[np.argsort(shard, kind="stable")]
    for number, (first, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
        if end > first:
            yield number, rows[int(first) : int(end)]
