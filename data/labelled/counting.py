"""How many rows of each part are read: the pass over keys and moments that comes before all others."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from data.errors import AisleError
from data.fault import FAULT
from data.keys import key_hash
from data.labelled.choice import REPEATED, Choice
from data.labelled.config import Labelled
from data.labelled.index import IndexedPart
from data.labelled.opened import Opened
from data.labelled.seen import Seen
from data.nested.values import read_keys
from data.partitions.parts import Aside

Places = npt.NDArray[np.int64]


class Counted(NamedTuple):
    """What came of counting.

    Attributes
    ----------
    parts
        Those whose keys could be read.
    left
        How many of their rows are not read, by reason.
    damaged
        The other parts.
    """

    parts: list[IndexedPart]
    left: Counter[str]
    damaged: list[Aside]


def counted(parts: Sequence[Opened], choice: Choice, table: Labelled, repeated: Path | None = None) -> Counted:
    """Count the rows that are read.

    Parameters
    ----------
    parts, choice, table
        The parts in their order, which of their rows are read, how they are laid out.
    repeated
        A folder for the places of rows whose key stands in an earlier row that is read: such rows are not. Null where
        they are told later, once labels are known. Keys' hashes are remembered, 8 bytes a row, in this pass alone: a
        chunk looks up the places of its own rows in a file, and its memory does not grow with the table.
    """
    found, seen = Counted([], Counter(), []), Seen()
    for number, part in enumerate(parts):
        before = list(seen.runs)
        try:
            kept, left, places = _counted(part, choice, table, None if repeated is None else seen)
        except AisleError as error:
            seen.runs = before
            found.damaged.append(Aside.of(part.part.path, error))
            continue
        file = None if repeated is None or not len(places) else _written(repeated / f"{number:05d}.npy", places)
        found.parts.append(IndexedPart(part, kept, file))
        found.left.update(left)
    return found


def _counted(
    part: Opened, choice: Choice, table: Labelled, seen: Seen | None
) -> tuple[tuple[int, ...], Counter[str], Places]:
    """How many rows of each group are read, why others are not, and the places, from 0, of those that came before."""
    left, kept = Counter[str](), []
    places, start = [np.empty(0, np.int64)], 0
    for group in range(len(part.groups)):
        kept.append(0)
        for rows in part.batches(table.batch_rows, [*choice.reads, FAULT], [group]):
            mask, reasons = choice(rows)
            again = np.empty(0, np.int64) if seen is None else _again(rows[choice.key], mask, seen)
            kept[-1] += int(mask.sum()) - len(again)
            left += reasons + Counter({REPEATED: len(again)})
            places.append(start + again)
            start += rows.height
    return tuple(kept), left, np.concatenate(places)


def _again(raw: pl.Series, mask: pl.Series, seen: Seen) -> Places:
    """The places of rows that a mask keeps and whose key has come before."""
    first = seen.first(key_hash(read_keys(raw.filter(mask))).to_numpy())
    again: Places = np.flatnonzero(mask.to_numpy())[~first].astype(np.int64)
    return again


def _written(file: Path, places: Places) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    np.save(file, places, allow_pickle=False)
    return file
