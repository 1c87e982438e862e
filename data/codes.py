"""A dictionary of keys opened for lookups."""

import numpy as np
import polars as pl

from data.distinct import SPARSEST

NONE = np.uint32(2**32 - 1)


class Codes:
    """Gives keys their codes.

    Parameters
    ----------
    table
        key, code (u32), a key once.
    """

    def __init__(self, table: pl.DataFrame) -> None:
        self.table = table.select("key", "code")
        self.low, self.dense = _dense(self.table)

    def of(self, keys: pl.Series) -> pl.Series:
        """The codes of keys, u32; null where there is no key."""
        if keys.null_count() == len(keys):
            return pl.Series(keys.name, [None], pl.UInt32).new_from_index(0, len(keys))
        if self.dense is None or keys.dtype != pl.Int64:
            return self._joined(keys)
        there = keys.is_not_null() if keys.null_count() else None
        place = keys.fill_null(self.low).to_numpy() - self.low
        if int(place.min()) < 0 or int(place.max()) >= len(self.dense):
            return self._joined(keys)
        codes = self.dense[place]
        found = pl.Series(keys.name, codes)
        if there is not None:
            found = found.set(~there, None)
        return found.set(pl.Series(codes == NONE), None) if (codes == NONE).any() else found

    def _joined(self, keys: pl.Series) -> pl.Series:
        asked = keys.cast(self.table.schema["key"]).alias("key").to_frame().lazy()
        table = self.table.lazy()
        if self.table.height > len(keys):  # what is hashed is the smaller of both
            table = table.join(asked.unique(), on="key", how="semi")
        found = asked.join(table, on="key", how="left", validate="m:1", maintain_order="left")
        return found.select(pl.col("code").alias(keys.name)).collect().to_series()


def _dense(table: pl.DataFrame) -> tuple[int, np.ndarray[tuple[int], np.dtype[np.uint32]] | None]:
    """The lowest key, and the codes by the distance from it, if the keys are whole numbers that lie close together."""
    if table.schema["key"] != pl.Int64 or table.is_empty():
        return 0, None
    keys = table["key"].to_numpy()
    low, high = int(keys.min()), int(keys.max())
    if high - low >= SPARSEST * len(keys):
        return 0, None
    dense = np.full(high - low + 1, NONE, np.uint32)
    dense[keys - low] = table["code"].to_numpy()
    return low, dense
