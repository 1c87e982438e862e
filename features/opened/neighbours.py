"""The sources' neighbour tables opened: side by side, item by item."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from features.opened.places import starts_of

SCORE = "__score"


class Neighbours(NamedTuple):
    """Neighbours of every item, rising, with a score a member.

    Parameters
    ----------
    starts
        Where the neighbours of each item's code start, and the end; a code beyond is unknown.
    neighbour
        Their codes.
    scores
        (pairs, members); 0 where the member lacks the pair.
    """

    starts: npt.NDArray[np.int64]
    neighbour: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]


def open_neighbours(table: pl.LazyFrame) -> Neighbours:
    """Read the table of pairs.

    Parameters
    ----------
    table
        item, neighbour and `<member>__score`, in any order; sorted it is read fastest.
    """
    pairs = table.collect()
    key = pairs.select(pl.col("item").cast(pl.UInt64) * 2**32 + pl.col("neighbour")).to_series()
    pairs = pairs if key.is_sorted() else pairs.sort("item", "neighbour")
    members = [n for n in pairs.columns if n.endswith(SCORE)]
    scores = np.zeros((pairs.height, len(members)), np.float32)
    for number, member in enumerate(members):
        scores[:, number] = pairs[member].fill_null(0.0).to_numpy()
    codes = pairs["item"].to_numpy().astype(np.int64)
    return Neighbours(starts_of(codes), pairs["neighbour"].to_numpy().astype(np.int64), scores)
