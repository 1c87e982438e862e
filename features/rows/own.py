"""What rows' own fields give: features in f32, categories as texts, and what had to be set aside."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from features.local.levels import crossed
from features.nested.plain import plain_rows
from features.nested.row_group import Features, RowGroup
from features.nested.source import Source

AT_ONCE: Final = 100_000
"""Rows whose plain form is held at one time."""
LARGEST = 1e38
"""Within what f32 holds, which trees work in."""
Odd = dict[str, Counter[str]]


@dataclass(frozen=True)
class OwnFeatures:
    """Some rows.

    Parameters
    ----------
    features
        f32, null where unknown, not yet filled.
    categories
        Texts, a column a category (and a crossed pair of them), null where there is none.
    odd
        By column of the table: values that were set aside, by reason.
    """

    features: pl.DataFrame
    categories: pl.DataFrame
    odd: Odd


def expressions_of(sources: Sequence[Source], groups: Sequence[RowGroup]) -> Features:
    """All features of some columns by some groups, by their full names, group by group."""
    return {name: made for group in groups for source in sources for name, made in group(source).items()}


def own_features(
    raw: pl.DataFrame, sources: Sequence[Source], features: Features, categories: Collection[str], time: str | None
) -> OwnFeatures:
    """Describe rows by their own fields.

    Parameters
    ----------
    raw
        The rows.
    sources
        The columns that are read.
    features
        Expressions over plain rows, by name.
    categories
        Columns of categories, or two with `*` between.
    time
        The column of the rows' moments.
    """
    plain = plain_rows(raw, sources, time)
    made = plain.frame.select(**features)  # apart, since Polars shares what expressions have in common only if bare
    made = made.select(_as_f32(pl.col(name)) for name in features)
    return OwnFeatures(made, plain.frame.select(crossed(categories)), plain.odd)


def pieces_of(raw: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows, some at a time; of no rows one piece of none."""
    for start in range(0, max(raw.height, 1), AT_ONCE):
        yield raw.slice(start, AT_ONCE)


def joined(pieces: Sequence[OwnFeatures]) -> OwnFeatures:
    """Pieces of one table one below the other."""
    odd: Odd = {}
    for piece in pieces:
        for name, found in piece.odd.items():
            odd[name] = odd.get(name, Counter()) + found
    features = pl.concat([piece.features for piece in pieces], rechunk=True)
    return OwnFeatures(features, pl.concat([piece.categories for piece in pieces], rechunk=True), odd)


def _as_f32(value: pl.Expr) -> pl.Expr:
    number = value.cast(pl.Float64).fill_nan(None).clip(-LARGEST, LARGEST).cast(pl.Float32)
    return number.replace(0.0, 0.0)  # an empty list's sum is 0 or -0, depending on what is summed beside it
