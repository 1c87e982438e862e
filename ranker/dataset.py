"""FEATURES as LightGBM reads them: matrix, groups and starting scores, some rows at a time."""

import functools
from collections.abc import Sequence

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import polars as pl

from features.described import Described

ROWS_AT_ONCE = 100_000
ORDER = ("query", "fused__rank")
Floats32 = npt.NDArray[np.float32]


Table = pl.DataFrame | Described
"""FEATURES, as a frame or as a describer gives them."""


def prior_scores(rows: Table, scale: float) -> npt.NDArray[np.float64]:
    """Where a candidate starts: the logarithm of its fused rank, as lambdarank's own discounts fall."""
    return prior_of(fused_ranks(rows), scale)


def prior_of(fused_rank: npt.NDArray[np.integer], scale: float) -> npt.NDArray[np.float64]:
    """The same, from the ranks alone."""
    return np.asarray(-scale * np.log(fused_rank.astype(np.float64)))


def fused_ranks(rows: Table) -> npt.NDArray[np.integer]:
    """Each row's place in its query's fused order."""
    return rows.candidates.fused_rank if isinstance(rows, Described) else rows["fused__rank"].to_numpy()


def queries_of(rows: Table) -> npt.NDArray[np.integer]:
    """Each row's query, as a number that it shares with no other."""
    if isinstance(rows, Described):
        lengths = np.diff(rows.candidates.starts)
        return np.repeat(np.arange(len(lengths)), lengths)
    return rows["query"].to_numpy()


def keys_of(rows: pl.LazyFrame) -> pl.DataFrame:
    """query, fused__rank and relevance of rows, in the order that datasets and measures have them."""
    return rows.select(*ORDER, "relevance").collect().sort(ORDER)


def dataset(
    rows: pl.LazyFrame,
    names: Sequence[str],
    prior: float,
    reference: lgb.Dataset | None = None,
    rows_at_once: int = ROWS_AT_ONCE,
) -> lgb.Dataset:
    """Rows with their relevance as LightGBM takes them, a group a query.

    The features are read some whole queries at a time, twice (LightGBM looks at a sample for its bins, then takes a
    byte a value), so that memory holds a byte a value and not the table.

    Parameters
    ----------
    rows
        `names`, query, relevance, fused__rank; in any order.
    names
        The features, in order.
    prior
        What the fused order counts before the first tree; 0 leaves it out.
    reference
        The training rows' dataset, where these are watched.
    rows_at_once
        Rows in memory, about; the dataset does not depend on it.
    """
    keys = keys_of(rows)
    reader = Reader(rows, names)
    blocks = [_Block(reader, *block) for block in blocks_of(lengths_of(keys), rows_at_once)]
    return labelled(blocks, keys, names, prior, reference)


def labelled(
    features: "Floats32 | list[_Block]",
    keys: pl.DataFrame,
    names: Sequence[str],
    prior: float,
    reference: lgb.Dataset | None,
) -> lgb.Dataset:
    """Features as LightGBM's dataset; it lets go of them once it has binned them.

    Parameters
    ----------
    features
        Array (row, feature) in the order of the keys, or blocks of it.
    keys
        See `keys_of`.
    names, prior, reference
        See `dataset`.
    """
    return lgb.Dataset(
        features,
        label=keys["relevance"].to_numpy(),
        group=lengths_of(keys)["len"].to_numpy(),
        init_score=prior_scores(keys, prior) if prior else None,
        feature_name=list(names),
        reference=reference,
        free_raw_data=True,
    )


def lengths_of(keys: pl.DataFrame) -> pl.DataFrame:
    """Queries in their order, each with the number of its rows."""
    return keys.group_by("query", maintain_order=True).len()


def blocks_of(counts: pl.DataFrame, rows_at_once: int) -> list[tuple[int, int, int]]:
    """Cut queries into blocks: (first query, last query, rows), each of about so many rows.

    Parameters
    ----------
    counts
        query, ascending, and len.
    rows_at_once
        A block ends with the query that reaches as many.
    """
    ends = pl.col("len").cast(pl.Int64).cum_sum() - pl.col("len")
    blocks = counts.group_by(block=ends // rows_at_once, maintain_order=True).agg(
        first=pl.col("query").first(), last=pl.col("query").last(), rows=pl.col("len").cast(pl.Int64).sum()
    )
    return blocks.select("first", "last", "rows").rows()


class Reader:
    """Reads a block's features and holds them until another is asked for: LightGBM asks in order."""

    def __init__(self, rows: pl.LazyFrame, names: Sequence[str]) -> None:
        self.rows = rows.select(*ORDER, *(n for n in names if n not in ORDER))
        self.names = names
        self.first: int | None = None
        self.table = np.empty((0, len(names)), np.float32)

    def read(self, first: int, last: int) -> Floats32:
        """The rows from one query to another."""
        if first != self.first:
            self.table = np.empty((0, len(self.names)), np.float32)  # the old block goes before the new one comes
            some = self.rows.filter(pl.col("query").is_between(first, last)).collect().sort(ORDER)
            self.first, self.table = first, matrix(some, self.names)
        return self.table


class _Block(lgb.Sequence):  # type: ignore[misc]
    """Some whole queries' features."""

    batch_size = ROWS_AT_ONCE

    def __init__(self, reader: Reader, first: int, last: int, rows: int) -> None:
        self.reader, self.first, self.last, self.rows = reader, first, last, rows

    def __getitem__(self, place: int | slice) -> npt.NDArray[np.float32] | npt.NDArray[np.float64]:
        rows = self.reader.read(self.first, self.last)[place]
        return rows if isinstance(place, slice) else rows.astype(np.float64)  # as LightGBM wants its sample

    def __len__(self) -> int:
        return self.rows


def matrix(rows: Table, names: Sequence[str]) -> Floats32:
    """Rows as f32, row by row, null as NaN, which LightGBM takes as missing."""
    if isinstance(rows, Described):
        return np.ascontiguousarray(by_column(rows, names).T)
    return rows.select(_floats(names)).to_numpy(order="c")


def by_column(rows: Table, names: Sequence[str]) -> Floats32:
    """The same column by column: shape (columns, rows), each column's values together."""
    if isinstance(rows, Described):
        return rows.values[_places(rows.columns, tuple(names))]
    return rows.select(_floats(names)).to_numpy(order="fortran").T


@functools.lru_cache(maxsize=64)
def _places(columns: tuple[str, ...], names: tuple[str, ...]) -> npt.NDArray[np.intp]:
    """Where the named columns stand."""
    place = {name: number for number, name in enumerate(columns)}
    return np.array([place[name] for name in names], np.intp)


def _floats(names: Sequence[str]) -> list[pl.Expr]:
    return [pl.col(name).cast(pl.Float32).fill_null(float("nan")) for name in names]
