"""A table's rows in chunks of a given size: the same rows in the same order whatever the size and the parts."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from data.labelled.config import Labelled
from data.labelled.index import Index, IndexedPart
from data.labelled.reading import Odd, rows_of


class Piece(NamedTuple):
    """Rows of one part: from `start` to before `stop`, counted among those that are read."""

    part: IndexedPart
    start: int
    stop: int


def chunk_count(index: Index, size: int) -> int:
    """How many chunks of `size` rows a table has, the last one perhaps smaller.

    Raises
    ------
    ValueError
        If `size` is below 1.
    """
    if size < 1:
        raise ValueError(f"`chunk_size` must be at least 1, got {size}.")
    return -(-index.rows // size)


def pieces_of(index: Index, size: int, number: int) -> list[Piece]:
    """The parts' rows that make up chunk `number`, from 0."""
    first, end = number * size, min((number + 1) * size, index.rows)
    pieces, before = [], 0
    for part in index.parts:
        start, stop = max(first - before, 0), min(end - before, part.rows)
        if start < stop:
            pieces.append(Piece(part, start, stop))
        before += part.rows
    return pieces


def read_chunk(index: Index, table: Labelled, size: int, number: int) -> tuple[pl.DataFrame, Odd]:
    """Read chunk `number`, from 0.

    Parameters
    ----------
    index, table
        The table as it was looked through, and how it is laid out.
    size
        Rows a chunk.
    number
        Which one.

    Returns
    -------
    tuple
        frame(key, moment, features): no labels; and by column, the values that could not be said in its type.

    Raises
    ------
    AisleError
        If bytes of a part are damaged.
    """
    frames, odd = [], Odd()
    for piece in pieces_of(index, size, number):
        for rows in rows_of(index, piece.part, table, start=piece.start, stop=piece.stop):
            frames.append(rows.frame)
            add_odd(odd, rows.odd)
    return pl.concat(frames, rechunk=True), odd


def chunks(index: Index, table: Labelled, size: int) -> Iterator[pl.DataFrame]:
    """All chunks, one after another."""
    for number in range(chunk_count(index, size)):
        yield read_chunk(index, table, size, number)[0]


def add_odd(total: Odd, more: Odd) -> None:
    """Count some more."""
    for name, counts in more.items():
        total[name] = total.get(name, Counter()) + counts
