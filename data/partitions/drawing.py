"""Shares and caps of rows, drawn by the hash of a key: whoever has the key is taken with all rows, or with none."""

import numpy as np
import numpy.typing as npt
import polars as pl

from data.keys import U64, key_hash, mix

SALT_ROWS = 5
"""Of samples of rows: another hash than those that cut folds or samples of sessions."""
SHIFT = 44
"""Hashes that share their first 20 bits are counted as one: 8 MiB, whatever the log's size."""


def drawn(key: pl.Series) -> pl.Series:
    """A number below 2^64 that belongs to each key and is like drawn at random; of a missing key the largest.

    Parameters
    ----------
    key
        As `data.nested.values.read_keys` gives it, so that 7 and `7` are one.
    """
    hashed = key_hash(key.fill_null(""))
    return pl.select(mix(hashed, SALT_ROWS)).to_series().set(key.is_null(), U64 - 1)


def bound_of(share: float) -> int | None:
    """Below what a share of all hashes lies; null for all."""
    return None if share >= 1 else int(share * U64)


class Filling:
    """Finds below what so many numbers lie, of numbers that come some at a time.

    Parameters
    ----------
    most
        How many at most. Numbers that share their first 20 bits lie below together, or not at all, so that of several
        hundred thousand a few less than `most` may be found.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.counts: npt.NDArray[np.int64] = np.zeros(2 ** (64 - SHIFT), np.int64)

    def add(self, numbers: npt.NDArray[np.uint64]) -> None:
        """See some."""
        places, counts = np.unique((numbers >> np.uint64(SHIFT)).astype(np.int64), return_counts=True)
        self.counts[places] += counts

    def bound(self) -> int | None:
        """Below what `most` of those seen lie, or fewer; null where there are no more of them."""
        below = np.cumsum(self.counts)
        return None if below[-1] <= self.most else int(np.searchsorted(below, self.most, side="right")) << SHIFT
