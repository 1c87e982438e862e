"""A log's dictionary in memory: from the shop's keys to codes."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from data.sound import need
from data.tables import read_whole
from data.visible import NONE

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class KeyTable:
    """Keys in order with their codes; asked by binary search, so that millions take no more than their own bytes.

    Parameters
    ----------
    keys
        Rising: Int64 or String.
    codes
        Of each key.
    """

    keys: pl.Series
    codes: Ints

    @classmethod
    def open(cls, file: Path) -> "KeyTable":
        """Read a dictionary as `prepare` wrote it: key, code."""
        table = read_whole(file, columns=["key", "code"]).sort("key")
        codes = table["code"].to_numpy().astype(np.int64)
        keys = table["key"]
        need(not keys.null_count() and keys.is_unique().all(), f"{file.name} has a key twice, or one that is none")
        need(np.array_equal(np.sort(codes), np.arange(len(codes))), f"{file.name} has not a code a key")
        return cls(keys.rechunk(), codes)

    @property
    def size(self) -> int:
        """How many keys there are; an unknown key's code is not below."""
        return len(self.codes)

    def fit(self, keys: pl.Series) -> pl.Series:
        """The same keys as the dictionary writes them: whole numbers or texts; null for what cannot be one.

        Numbers with fractions and lists stay as they are, for whoever checks them to refuse.
        """
        if keys.dtype == self.keys.dtype or keys.dtype.is_nested():
            return keys
        if keys.dtype.is_float():
            if (keys.floor() != keys).any():
                return keys
            keys = keys.cast(pl.Int64, strict=False)  # how pandas writes whole numbers beside a null
        if keys.dtype == pl.String:
            keys = keys.str.strip_chars()
        if self.keys.dtype == pl.String and keys.dtype.is_integer():
            return keys.cast(pl.String)
        return keys.cast(self.keys.dtype, strict=False)

    def find(self, keys: pl.Series) -> Ints:
        """The codes of keys of the dictionary's own type; -1 for null and for unknown keys."""
        codes = np.full(len(keys), NONE, np.int64)
        if not self.size or not len(keys):
            return codes
        known = None if not keys.null_count() else keys.is_not_null().to_numpy()
        if self.keys.dtype == pl.Int64:
            rising, asked = self.keys.to_numpy(), (keys if known is None else keys.fill_null(0)).to_numpy()
            place = np.minimum(np.searchsorted(rising, asked), self.size - 1)
            found = rising[place] == asked
        else:
            asked_texts = keys if known is None else keys.fill_null("")
            place = np.minimum(self.keys.search_sorted(asked_texts).to_numpy(), self.size - 1)
            found = (self.keys.gather(place) == asked_texts).to_numpy()
        found = found if known is None else found & known
        codes[found] = self.codes[place[found]]
        return codes
