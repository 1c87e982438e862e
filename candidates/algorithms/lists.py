"""Lists of items by a code, in memory: an item's neighbours, an hour's favourites."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from candidates.proposals import Proposals, starts_of
from data.sound import need, need_codes, need_finite

Ints = npt.NDArray[np.int64]


class Lists(NamedTuple):
    """Items and scores, one code's list after the other; a code beyond the last has none.

    Parameters
    ----------
    starts
        Where each code's list starts, and the end; one code or more.
    items
        The lists' items.
    scores
        Their scores.
    """

    starts: Ints
    items: npt.NDArray[np.uint32]
    scores: npt.NDArray[np.float32]

    def first(self, codes: Ints, k: int) -> Proposals:
        """The first `k` of each code's list, a query a code; nothing for a code below 0 or beyond the last."""
        known = (codes >= 0) & (codes < len(self.starts) - 1)
        row = np.where(known, codes, 0)
        begin = self.starts[row]
        starts = starts_of(np.minimum(self.starts[row + 1] - begin, k) * known)
        place = np.arange(starts[-1]) + np.repeat(begin - starts[:-1], np.diff(starts))
        return Proposals(starts, self.items[place].astype(np.int64), self.scores[place])


def lists_of(table: pl.LazyFrame, key: str | None, item: str) -> Lists:
    """A table's lists by `key`, in the order of their ranks; all rows are the list of code 0 where there is no key.

    Parameters
    ----------
    table
        `key`, `item`, rank, score.
    key, item
        The names of its columns.
    """
    code = pl.lit(0, pl.UInt32) if key is None else pl.col(key)
    rows = table.select(code.alias("code"), pl.col("rank"), pl.col(item).alias("item"), pl.col("score")).collect()
    need(not sum(rows.null_count().row(0)), "a list has holes")
    if not rows.schema["code"].is_integer():
        rows = rows.with_columns(pl.col("code").cast(pl.Int64))
    need_codes(rows["code"].to_numpy(), None, key or "code")
    if not _in_order(rows):  # as tables of neighbours are written, and they are the long ones
        rows = rows.sort("code", "rank")
    codes, scores = rows["code"].to_numpy(), rows["score"].cast(pl.Float32).to_numpy(writable=True)
    need_finite(scores, "score")
    last = int(codes[-1]) if len(codes) else 0
    kind = codes.dtype if codes.dtype.itemsize >= 4 else np.int64  # numpy copies the codes where kinds differ
    starts = np.searchsorted(codes, np.arange(last + 2, dtype=kind)).astype(np.int64)
    return Lists(starts, rows["item"].cast(pl.UInt32).to_numpy(writable=True), scores)


def _in_order(rows: pl.DataFrame) -> bool:
    code, rank = pl.col("code"), pl.col("rank")
    before = code.shift(1) < code
    told = rows.lazy().select((before | ((code.shift(1) == code) & (rank.shift(1) <= rank))).all())
    return bool(told.collect().item())


class Codes(NamedTuple):
    """A code for each item that has one: its cluster, its row among the vectors.

    Parameters
    ----------
    by_item
        By the item's own code; -1 for none, and an entry more, for all items beyond.
    """

    by_item: Ints

    def __call__(self, items: Ints) -> Ints:
        """The items' codes; -1 where one has none."""
        last = len(self.by_item) - 1
        codes: Ints = self.by_item[np.where((items < 0) | (items > last), last, items)]
        return codes


def codes_of(items: npt.NDArray[np.integer], codes: npt.NDArray[np.integer]) -> Codes:
    """Codes from pairs (item, code)."""
    need(len(items) == len(codes), f"there are {len(codes):,} codes of {len(items):,} items")
    need_codes(items, None, "item")
    by_item = np.full(int(items.astype(np.int64).max(initial=-1)) + 2, -1, np.int64)
    by_item[items] = codes
    return Codes(by_item)
