"""What room a log's tables take while they are made, told by the raw files before they are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from data.opening.kinds import format_of
from data.opening.limits import HEAD, MIB
from data.opening.members import Member, members_of
from pipeline.tasks.log_owners import OwnerShare

# Measured on logs of OTTO's shape of 2.2 to 22 M events, with what a log of prices, brands and texts takes beyond it
AT_LEAST = 600 * MIB  # libraries, kernels, and what is held of any log
BATCH_ROW = 900  # bytes of memory a row of `batch_rows`: two batches, one being read while the other is typed
SHARD_ROW = 200  # bytes of memory a row of the largest shard: two shards, one being ordered while the other is written
UNEVEN = 1.2  # the largest shard by the mean one
ROW_ON_DISK = 40  # bytes: the typed rows, which go when the tables are done, and the tables
UNPACKED = 8  # bytes of text in a byte of a packed file
MOST_SHARDS = 4_096


@dataclass(frozen=True)
class LogRoom:
    """What making a log's tables takes.

    Parameters
    ----------
    rows
        About how many rows of the log are written.
    memory, disk
        Bytes, at most, of memory and of the working directory's disk.
    """

    rows: int
    memory: int
    disk: int


def log_room(files: Sequence[Path], shards: int, batch_rows: int, owners: OwnerShare | None = None) -> LogRoom:
    """The room for a log in so many shards, read so many rows at once, of some owners or all.

    Raises
    ------
    AisleError
        If a file is missing or cannot be read.
    """
    every = sum(rows_about(file) for file in files)
    rows = every if owners is None else owners.written(every)
    memory = AT_LEAST + BATCH_ROW * min(batch_rows, every) + int(SHARD_ROW * min(rows, UNEVEN * rows / shards))
    return LogRoom(rows, memory, ROW_ON_DISK * rows)


def shards_within(files: Sequence[Path], memory: int, batch_rows: int, owners: OwnerShare | None = None) -> int | None:
    """The fewest shards, a power of two, whose tables are made in so many bytes of memory; null where none are."""
    shards = 1
    while shards <= MOST_SHARDS:
        if log_room(files, shards, batch_rows, owners).memory <= memory:
            return shards
        shards *= 2
    return None


def rows_about(file: Path) -> int:
    """About how many rows a file has: by a parquet file's end, by the beginning of a text.

    Of a line that holds several events each counts, as far as it names its time as OTTO's lines do.
    """
    members = members_of(file)
    return sum(_rows_in(member, file.stat().st_size // len(members)) for member in members)


def _told_rows(file: Path) -> int:
    try:
        return int(pq.read_metadata(file).num_rows)
    except (pa.ArrowException, OSError):
        return 0  # what is wrong with it is said where it is read


def _rows_in(member: Member, size: int) -> int:
    head = member.head()
    if format_of(member, head) == "parquet":
        return size // 10 if member.packed else _told_rows(member.path)
    rows = max(head.count(b'"ts"'), head.count(b"\n"), 1)
    whole = size * UNPACKED if member.packed else size
    return rows if len(head) < HEAD else round(whole * rows / len(head))
