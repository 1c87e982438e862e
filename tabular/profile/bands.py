"""The target by category, and by bands of a price or of any other number."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.listed import listed
from data.shortened import sample
from evaluation.profile.spread import Floats
from learning.columns import NO_VALUE, Columns
from tabular.profile.columns import QUOTED, levels_of, numbers_of
from tabular.profile.target import Target

BANDS = 10
MOST = 12
"""Columns of numbers, and of categories, whose bands are shown: those that tell most."""
OTHERS = "(others)"
PRICES = ("price", "cost", "amount", "value")
Numbers = npt.NDArray[np.int64]


def priced(columns: Columns, given: str) -> list[str]:
    """The columns of prices: those that are named, else numbers whose names tell it."""
    if given:
        return listed(given)
    return [name for name in columns.of("number") if any(word in name.lower() for word in PRICES)]


def target_by_band(table: pl.DataFrame, names: Iterable[str], columns: Columns, target: Target) -> list[dict[str, Any]]:
    """The target's mean by level of a category, or by tenths of a number.

    Parameters
    ----------
    table
        As `learning.columns.tidy` gives it, rows with a target.
    names
        The columns.
    columns
        Their kinds.
    target
        The target of the rows.

    Returns
    -------
    list
        A dictionary a band: column, band (as it is written), place (in their order), rows, of (what is averaged), mean,
        error (its standard error, null of one row). The missing ones are a band, rare levels together another.
    """
    found = []
    for name in names:
        numeric = columns.kinds[name] in ("number", "time")
        bands, at = _bands(numbers_of(table[name])) if numeric else _levels(table[name])
        for of, y in target.means.items():
            for place, band in enumerate(bands):
                mine = y[at == place]
                if not len(mine):
                    continue
                error = float(mine.std(ddof=1) / np.sqrt(len(mine))) if len(mine) > 1 else None
                told = {"column": sample(name), "band": band, "place": place, "rows": len(mine), "of": of}
                found.append(told | {"mean": float(mine.mean()), "error": error})
    return found


def _levels(values: pl.Series) -> tuple[list[str], Numbers]:
    common = [level for level, _ in levels_of(values)]
    place = {level: n for n, level in enumerate(common)} | {None: len(common) + 1}
    at = np.array([place.get(level, len(common)) for level in values.cast(pl.String)], np.int64)
    return [*(sample(level, QUOTED) for level in common), OTHERS, NO_VALUE], at


def _bands(values: Floats) -> tuple[list[str], Numbers]:
    """Tenths of the rows; where values are few each its own."""
    there = np.isfinite(values)
    known = values[there]
    if not len(known):
        return [NO_VALUE], np.zeros(len(values), np.int64)
    distinct = np.unique(known)
    if len(distinct) <= BANDS:
        edges, told = distinct, [f"{value:.6g}" for value in distinct]
    else:
        edges = _edges(known, distinct)
        ends = [known[known < edge].max() for edge in edges[1:]] + [known.max()]
        told = [f"{a:.6g} to {b:.6g}" if b > a else f"{a:.6g}" for a, b in zip(edges, ends, strict=True)]
    at = np.full(len(values), len(edges), np.int64)
    at[there] = np.searchsorted(edges, known, side="right") - 1
    return [*told, NO_VALUE], at


def _edges(known: Floats, distinct: Floats) -> Floats:
    """Where bands begin: at tenths of the rows; a value that fills a band has one to itself, such as a 0."""
    tenths = np.unique(np.quantile(known, np.arange(BANDS) / BANDS, method="higher"))
    times = np.searchsorted(np.sort(known), tenths, side="right") - np.searchsorted(np.sort(known), tenths)
    full = tenths[(times * BANDS >= len(known)) & (tenths < distinct[-1])]
    return np.unique(np.concatenate([tenths, distinct[np.searchsorted(distinct, full) + 1]]))
