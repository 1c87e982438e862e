"""Item vectors opened: at length one, found by the item's code."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from data.sound import need_codes


class Vectors(NamedTuple):
    """Vectors and where each item's stands.

    Parameters
    ----------
    unit
        (items with a vector, dimensions), rows of length one; a vector of zeros stays.
    place
        The row of each item's code, -1 without one; a code beyond is unknown.
    """

    unit: npt.NDArray[np.float32]
    place: npt.NDArray[np.int64]


def open_vectors(table: pl.LazyFrame) -> Vectors:
    """Read VECTORS.

    Parameters
    ----------
    table
        VECTORS, in any order.
    """
    rows = table.collect()
    codes = rows["item"].to_numpy().astype(np.int64)
    need_codes(codes, None, "item")
    place = np.full(int(codes.max()) + 1 if len(codes) else 0, -1, np.int64)
    place[codes] = np.arange(len(codes))
    return Vectors(unit_rows(rows["vector"]), place)


def unit_rows(vectors: pl.Series) -> npt.NDArray[np.float32]:
    """The vectors at length one, (vectors, dimensions); a vector of zeros stays."""
    rows = vectors.to_numpy().astype(np.float64)
    lengths = np.sqrt(np.square(rows).sum(axis=1, keepdims=True))
    return np.ascontiguousarray(rows / np.where(lengths > 0, lengths, 1.0), dtype=np.float32)
