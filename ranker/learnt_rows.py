"""Rows that trees learn from: held as one matrix where that is small, else read from their files when asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import polars as pl

from learning.boosting import Boosting
from ranker.dataset import ORDER, ROWS_AT_ONCE, Floats32, Reader, blocks_of, dataset, keys_of, labelled, lengths_of

HELD_BYTES = 2**30


class LearntRows(Protocol):
    """Rows with their relevance, of which datasets are made: the same ones whichever way the rows are read."""

    @property
    def keys(self) -> pl.DataFrame:
        """query, fused__rank and relevance, in the order that datasets and measures have them."""
        ...

    @property
    def held(self) -> bool:
        """Whether they are in memory."""
        ...

    def filter(self, rule: pl.Expr) -> Self:
        """Some of them, by any column but the features."""
        ...

    def dataset(self, prior: float, trees: Boosting, reference: lgb.Dataset | None = None) -> lgb.Dataset:
        """What such trees learn from (see `ranker.dataset.dataset`)."""
        ...


@dataclass(frozen=True)
class HeldRows:
    """Rows read once, from which folds are taken by their places.

    Parameters
    ----------
    known
        All columns but the features, and `fused__rank`; sorted by (query, fused__rank).
    names
        The features, in order.
    table
        The features of these rows, and of others that were read with them.
    places
        Where these stand in it, ascending; null for all.
    """

    known: pl.DataFrame
    names: Sequence[str]
    table: Floats32
    places: npt.NDArray[np.intp] | None = None
    held: bool = True

    @property
    def keys(self) -> pl.DataFrame:
        """query, fused__rank and relevance."""
        return self.known.select(*ORDER, "relevance")

    def filter(self, rule: pl.Expr) -> "HeldRows":
        """Some of them, without a copy of their features."""
        inside = np.flatnonzero(self.known.select(rule).to_series().to_numpy())
        places = inside if self.places is None else self.places[inside]
        return HeldRows(self.known[inside], self.names, self.table, places)

    def dataset(self, prior: float, trees: Boosting, reference: lgb.Dataset | None = None) -> lgb.Dataset:
        """What such trees learn from; the features that are copied for it are gone when it is made."""
        table = self.table if self.places is None else self.table[self.places]
        made = labelled(table, self.keys, self.names, prior, reference)
        # LightGBM holds the number of threads once a process: boosters beside this one count on it
        made.params = {"num_threads": trees.threads, "verbosity": -1}
        made.construct()  # before it is told of the trees: blocks are binned by LightGBM's defaults, so this is too
        made.params = trees.parameters()  # which it is later compared with, and must not contradict
        return made


@dataclass(frozen=True)
class ScannedRows:
    """Rows that lie in files and are read anew for each dataset, some at a time."""

    rows: pl.LazyFrame
    names: Sequence[str]
    held: bool = False

    @property
    def keys(self) -> pl.DataFrame:
        """query, fused__rank and relevance."""
        return keys_of(self.rows)

    def filter(self, rule: pl.Expr) -> "ScannedRows":
        """Some of them."""
        return ScannedRows(self.rows.filter(rule), self.names)

    def dataset(self, prior: float, trees: Boosting, reference: lgb.Dataset | None = None) -> lgb.Dataset:
        """What such trees learn from, in a byte a value."""
        return dataset(self.rows, self.names, prior, reference)


def fits(rows: pl.LazyFrame, names: Sequence[str], most: int | None = None) -> bool:
    """Whether the features of all rows take at most so many bytes: by default `HELD_BYTES`."""
    values = int(rows.select(pl.len()).collect().item()) * len(names)
    return values * np.dtype(np.float32).itemsize <= (HELD_BYTES if most is None else most)


def learnt_rows(
    rows: pl.LazyFrame, names: Sequence[str], most: int | None = None, rows_at_once: int = ROWS_AT_ONCE
) -> HeldRows | ScannedRows:
    """Rows to learn from, read once where they fit.

    LightGBM bins a matrix as it bins the same rows given piece by piece, because it looks at the same sample of them:
    the trees are equal. A matrix takes four bytes a value beside LightGBM's one, but no file is read twice.

    Parameters
    ----------
    rows
        `names`, query, relevance, fused__rank; in any order.
    names
        The features, in order.
    most
        Bytes of features that are held: by default `HELD_BYTES`.
    rows_at_once
        Rows that are read at once, about, so that little lies in memory beside the matrix.
    """
    if not fits(rows, names, most):
        return ScannedRows(rows, names)
    others = [name for name in rows.collect_schema().names() if name in ORDER or name not in names]
    known = rows.select(others).collect().sort(ORDER)
    table, reader, place = np.empty((known.height, len(names)), np.float32), Reader(rows, names), 0
    for first, last, count in blocks_of(lengths_of(known), rows_at_once):
        table[place : place + count] = reader.read(first, last)
        place += count
    return HeldRows(known, names, table)
