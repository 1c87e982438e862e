"""The largest products of vectors with all items' vectors: exact, in bounded memory, and each row's own business."""

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from candidates.algorithms.one_thread import ONE_BLAS_THREAD
from candidates.proposals import Proposals, starts_of

Floats = NDArray[np.float32]

ROWS_AT_ONCE: Final = 192
"""Every product has so many rows, zeros where there are fewer: BLAS picks its kernel, and with it the last bits of a
product, by the shapes, and a row among others must get what it gets alone. Whole tiles of 4, 6, 8, 12, 16 and 24."""

FEW_ROWS: Final = (1, 2, 4, 8, 16, 48)
"""Numbers of rows that are tried instead for a few: one is taken if its products have the same bits here."""

ITEMS_AT_ONCE: Final = 65_536


class Products:
    """Items' vectors, asked which of them have the largest products.

    Parameters
    ----------
    items
        Vectors (m, d).

    Notes
    -----
    Time is n x m x d. Memory is that of one block's products, 4 B x 192 x 65,536, and as much again to find the
    largest in. The product of a block is 6 times as fast as one vector at a time (37,000 items, 64 factors); a single
    vector is answered with the fewest rows that this machine's BLAS gives the same bits for.
    """

    def __init__(self, items: Floats) -> None:
        self.items = np.ascontiguousarray(items.T)  # column by column: few rows are answered in a third of the time
        count = -(-len(items) // ITEMS_AT_ONCE)
        self._tiles = list(pairwise(np.linspace(0, len(items), count + 1).astype(int).tolist())) if count else []
        self._few = self._fewest_rows()

    def largest(self, rows: Floats, k: int) -> Proposals:
        """The `k` items (row numbers of `items`) with the largest product of every row, ties by the smaller number.

        Parameters
        ----------
        rows
            Vectors (n, d).
        k
            Items a row at most.
        """
        if not len(rows) or not self._tiles:
            return Proposals(np.zeros(len(rows) + 1, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))
        with ONE_BLAS_THREAD:
            found = [self._block(rows[i : i + ROWS_AT_ONCE], k) for i in range(0, len(rows), ROWS_AT_ONCE)]
        counts, items, scores = (np.concatenate(column) for column in zip(*found, strict=True))
        return Proposals(starts_of(counts), items, scores)

    def _block(self, some: Floats, k: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
        """How many each row gets, then their items and products."""
        padded = _padded(some, self._few if len(some) <= self._few else ROWS_AT_ONCE)
        found = []
        for start, end in self._tiles:
            products = (padded @ self.items[:, start:end])[: len(some)]
            row, item = np.nonzero(products >= _kth_largest(products, k))
            found.append((row, item + start, products[row, item]))
        row, item, score = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.lexsort((item, -score, row))
        first = starts_of(np.bincount(row, minlength=len(some)))
        kept = order[np.arange(len(order)) - np.repeat(first[:-1], np.diff(first)) < k]
        return np.minimum(np.diff(first), k), item[kept].astype(np.int64), score[kept]

    def _fewest_rows(self) -> int:
        """Of `FEW_ROWS` the first whose products equal those of a whole block to the last bit, for all tiles' shapes.

        Which additions BLAS makes, and in which order, follows from the shapes and not from the numbers: another order
        shows somewhere in thousands of random products.
        """
        if not self._tiles:
            return ROWS_AT_ONCE
        dice = np.random.default_rng(1)
        rows = dice.standard_normal((ROWS_AT_ONCE, len(self.items))).astype(np.float32)
        tiles = {end - start: self.items[:, start:end] for start, end in self._tiles}
        with ONE_BLAS_THREAD:
            whole = {size: rows @ tile for size, tile in tiles.items()}
            for few in FEW_ROWS:
                some = np.ascontiguousarray(rows[:few])
                if all(np.array_equal(some @ tile, whole[size][:few]) for size, tile in tiles.items()):
                    return few
        return ROWS_AT_ONCE


def _padded(some: Floats, rows: int) -> Floats:
    """The same rows and then zeros."""
    padded = np.zeros((rows, some.shape[1]), dtype=np.float32)
    padded[: len(some)] = some
    return padded


def _kth_largest(scores: Floats, k: int) -> Floats:
    """Each row's `k`-th largest score, or its least if there are fewer: a column."""
    rest = max(0, scores.shape[1] - k)
    return np.partition(scores, rest, axis=1)[:, rest, None]
