"""The rows of a table as it was looked through: those that are read, in their order, their columns of one type each."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

import polars as pl

from data.fault import FAULT
from data.labelled.aligning import aligned
from data.labelled.choice import moments_of
from data.labelled.config import Labelled
from data.labelled.index import Index, IndexedPart
from data.nested.values import read_keys

Odd = dict[str, Counter[str]]
Moment = pl.Datetime("ms")


class Rows(NamedTuple):
    """Some rows.

    Attributes
    ----------
    frame
        The key (text), the moment (Datetime[ms], UTC without a zone), the asked columns as the parts have them, and
        the columns of features.
    odd
        By column, values that could not be said in its type, by reason.
    number
        (n) the place of each row in its part, from 1.
    """

    frame: pl.DataFrame
    odd: Odd
    number: pl.Series


def rows_of(
    index: Index,
    part: IndexedPart,
    table: Labelled,
    also: Sequence[str] = (),
    start: int = 0,
    stop: int | None = None,
) -> Iterator[Rows]:
    """A part's rows from `start` to before `stop`, counted among those that are read.

    Parameters
    ----------
    index, part, table
        The table, the part, how it is laid out.
    also
        Columns that come as they are, if the part has them: labels.
    start, stop
        Which rows; a row is the same whatever they are.

    Raises
    ------
    AisleError
        If bytes of the part are damaged.
    """
    first, passed = _first_group(part, start)
    left = (part.rows if stop is None else min(stop, part.rows)) - start
    number = sum(part.opened.groups[:first]) + 1
    columns = [*index.choice.reads, *index.schema, *also, FAULT]
    groups = range(first, len(part.kept))
    if left <= 0:
        return
    for batch in part.opened.batches(table.batch_rows, columns, list(groups)):
        kept = index.choice(batch)[0]
        kept = kept.scatter(part.repeats(number - 1, number - 1 + batch.height), False)
        place = pl.int_range(number, number + batch.height, dtype=pl.Int64, eager=True).filter(kept)
        number += batch.height
        rows = batch if kept.all() else batch.filter(kept)
        rows, place = rows[passed:][:left], place[passed:][:left]
        passed -= min(passed, int(kept.sum()))
        if rows.height:
            left -= rows.height
            yield _aligned(rows, place, index, part, table, also)
        if not left:
            return


def _first_group(part: IndexedPart, start: int) -> tuple[int, int]:
    """The row group in which a row stands, and how many rows that are read lie before it there."""
    ends = list(accumulate(part.kept))
    group = next((place for place, end in enumerate(ends) if start < end), len(ends))
    return group, start - (ends[group - 1] if group else 0)


def _aligned(
    rows: pl.DataFrame, number: pl.Series, index: Index, part: IndexedPart, table: Labelled, also: Sequence[str]
) -> Rows:
    odd: Odd = {}
    held = {column.name: column for column in rows.iter_columns()}
    columns = [read_keys(held[table.key]).alias(table.key), _moments(held, part, table)]
    columns += [held[name] for name in also if name in held]
    for name, dtype in index.schema.items():
        if name in held:
            read = aligned(held[name], dtype)
            columns.append(read.value.alias(name))
            if read.odd:
                odd[name] = read.odd
        else:
            columns.append(pl.Series(name, [None], dtype=dtype).new_from_index(0, rows.height))
    return Rows(pl.DataFrame(columns), odd, number)


def _moments(held: Mapping[str, pl.Series], part: IndexedPart, table: Labelled) -> pl.Series:
    if table.time is not None:
        return moments_of(held[table.time], table.time_format).cast(Moment).alias(table.moment)
    moment = pl.Series(table.moment, [part.opened.part.moment], dtype=Moment)
    return moment.new_from_index(0, len(held[table.key]))
