"""The inner loops of comparing a query's candidates with each other."""

import re
from functools import cache
from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from data.fixed import ONE
from features.question import Floats, Floats32, Ints, Question

ROUNDING: Final = 1e-6
"""Differences below this share of a query's largest value are none."""

SCORED = (r".+__score", r"source_votes__reciprocal")
"""Columns that get a z-score: the fused score and the sources'; their ranks are columns already."""

RANKED = (
    r"item_popularity__clicks_a_day",
    r"item_trend__recent_1",
    r"item_trend__trend_1_to_7",
    r"item_age__age_days",
    r"neighbour_scores__.+_(1|sum)",
    r"vector_likeness__session",
)
"""Columns that get a z-score and a rank."""


@cache
def compared_columns(names: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """What is compared within a query: the column of each feature, and whether it is its place (else its z-score)."""
    scored, ranked = ([n for n in names if any(re.fullmatch(p, n) for p in some)] for some in (SCORED, RANKED))
    return (*((n, False) for n in scored), *((n, placed) for n in ranked for placed in (False, True)))


def within_query_rows(question: Question, into: Floats32) -> None:
    """Fill `within_query`'s features of every candidate."""
    compared = _places(question.columns)
    compare_rows(question.values, *compared, question.candidates.starts, into)


@cache
def _places(names: tuple[str, ...]) -> tuple[Ints, npt.NDArray[np.bool_]]:
    compared = compared_columns(names)
    return np.array([names.index(n) for n, _ in compared], np.int64), np.array([p for _, p in compared], np.bool_)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def compare_rows(
    values: Floats32, column: Ints, placed: npt.NDArray[np.bool_], starts: Ints, into: Floats32
) -> None:  # pragma: no cover
    """Fill `into`, (features, rows), with the places or z-scores of some columns among each query's rows.

    A z-score is the distance from the query's mean in standard deviations, 0 where all are alike; a place is the share
    of the query's values that are at least as large; NaN stays. Values are scaled by the query's largest, once before
    and once after the mean is taken away, so that sums of whole numbers of 2^-24 are sharp: they are the same for any
    order of the rows.

    Parameters
    ----------
    values
        Columns of all rows, (columns, rows), the rows query by query.
    column, placed
        What each feature is made of, and whether it is a place.
    starts
        Where each query's rows start, and the end.
    into
        Room for the answers.
    """
    longest = 0
    for query in range(len(starts) - 1):
        longest = max(longest, starts[query + 1] - starts[query])
    known, some = np.empty(longest, np.int64), np.empty(longest)
    into[:] = np.nan
    for feature in range(len(column)):
        for query in range(len(starts) - 1):
            count = 0
            for row in range(starts[query], starts[query + 1]):
                value = values[column[feature], row]
                if not np.isnan(value):
                    known[count], some[count] = row, value
                    count += 1
            if count and placed[feature]:
                _place(some[:count])
            elif count:
                _standardise(some[:count])
            for i in range(count):
                into[feature, known[i]] = some[i]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _place(values: Floats) -> None:  # pragma: no cover
    rising = np.sort(values)
    for i in range(len(values)):
        values[i] = (len(rising) - np.searchsorted(rising, values[i])) / len(rising)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _standardise(values: Floats) -> None:  # pragma: no cover
    _scale(values, 0.0)
    values -= _mean(values)
    _scale(values, ROUNDING)
    deviation = np.sqrt(_mean(values * values))
    if deviation > 0.0:
        values /= deviation


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _scale(values: Floats, least: float) -> None:  # pragma: no cover
    """Divide by the largest; all 0 where that is not above `least`."""
    largest = np.max(np.abs(values))
    if largest > least:
        values /= largest
    else:
        values[:] = 0.0


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _mean(values: Floats) -> float:  # pragma: no cover
    total = np.int64(0)
    for value in values:
        total += np.int64(np.round(value * ONE))
    return total / ONE / len(values)
