"""The distinct keys of a log, gathered part by part."""

import numpy as np
import polars as pl

SPARSEST = 16
"""Whole numbers are marked in a table of their range, if that is no more than so many times their count."""
LEAST = 1_000_000  # keys that are gathered before they are looked through


def distinct(keys: pl.Series) -> pl.Series:
    """The keys without repeats and nulls, in any order."""
    keys = keys.drop_nulls()
    if keys.dtype == pl.Int64 and len(keys):
        values = keys.to_numpy()
        low, high = int(values.min()), int(values.max())
        if high - low < SPARSEST * len(keys):
            there = np.zeros(high - low + 1, np.bool_)
            there[values - low] = True
            return pl.Series(keys.name, np.flatnonzero(there) + low)
    return keys.unique()


class Distinct:
    """Keys as they come, those of several parts once; memory holds about twice as many as there are."""

    def __init__(self) -> None:
        self.held: list[pl.Series] = []
        self.settled = 0

    def add(self, keys: pl.Series) -> None:
        """Take the keys of a part."""
        self.held.append(distinct(keys))
        if sum(len(each) for each in self.held) > 2 * self.settled + LEAST:
            self._settle()

    def keys(self, name: str, dtype: pl.DataType) -> pl.Series:
        """All keys, each once, under a name; of a type where there are none."""
        self._settle()
        return self.held[0].alias(name) if self.held else pl.Series(name, [], dtype)

    def _settle(self) -> None:
        self.held = [distinct(pl.concat(self.held))] if self.held else []
        self.settled = sum(len(each) for each in self.held)
