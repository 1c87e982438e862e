"""The log under the co-visit kernels: files in the memory's place, as they are only ever read from end to end."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from candidates.covisit.loops import MASK, TYPE_SHIFT, Log
from data.schema import TypeEnum

CHUNK = 1_000_000  # events written at once

Number = TypeVar("Number", bound=np.generic)


@contextmanager
def open_log(events: pl.LazyFrame, folder: Path) -> Iterator[Log]:
    """The events as arrays on disk, 12 bytes each and 8 a session, while the context lasts.

    Parameters
    ----------
    events
        EVENTS; a session's stand together.
    folder
        Made for it, and removed in the end.

    Raises
    ------
    ValueError
        If an item's code takes more than 30 bits.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        items = _write(events, folder)
        offsets, ts = (_read(folder / name, np.int64) for name in ("offsets", "ts"))
        yield Log(offsets, _read(folder / "events", np.uint32), ts, items)
    finally:
        shutil.rmtree(folder)


def _write(events: pl.LazyFrame, folder: Path) -> int:
    """Write the files; the catalogue's size."""
    rows, highest, session = 0, -1, -1
    kind = pl.col("type").cast(TypeEnum).to_physical().cast(pl.UInt32)
    log = events.select("session", "item", pl.col("ts").dt.epoch("ms"), kind)
    with (
        (folder / "offsets").open("wb") as offsets,
        (folder / "events").open("wb") as codes,
        (folder / "ts").open("wb") as ts,
    ):
        for batch in log.collect_batches(chunk_size=CHUNK, maintain_order=True):
            if not batch.height:
                continue
            sessions, items, times, types = (column.to_numpy() for column in batch)
            if items.max() > MASK:
                raise ValueError(f"`item` must lie below {MASK + 1}, got {items.max()}.")
            begins = np.flatnonzero(sessions != np.concatenate([[session], sessions[:-1]]))
            (begins + rows).astype(np.int64).tofile(offsets)
            (types << TYPE_SHIFT | items).tofile(codes)
            times.tofile(ts)
            rows, highest, session = rows + batch.height, max(highest, int(items.max())), int(sessions[-1])
        np.array([rows], np.int64).tofile(offsets)
    return highest + 1


def _read(path: Path, dtype: type[Number]) -> npt.NDArray[Number]:
    """A file's numbers, not to be written to; numpy maps no empty file."""
    if not path.stat().st_size:
        return np.empty(0, dtype)
    return np.asarray(np.memmap(path, dtype, mode="r"))
