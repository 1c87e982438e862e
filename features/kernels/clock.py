"""When sessions take place: hours and weekdays, and the points on a circle that stand for them."""

import math
from functools import cache
from typing import Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt
import polars as pl

from features.expressions.time_share import HOURS_A_DAYPART
from features.kernels.moments import MINUTES, hour_of, minute_of, weekday_of
from features.question import Floats32, Ints, Question

SATURDAY: Final = 6


class Circles(NamedTuple):
    """Sine and cosine of each minute of the day and of each weekday, (2, 1440) and (2, 7) f64."""

    day: npt.NDArray[np.float64]
    week: npt.NDArray[np.float64]


@cache
def circles() -> Circles:
    """The points as Polars makes them, so that their bits are those of its expressions."""
    day, week = (pl.Series(range(n)).cast(pl.Int32) * (2 * math.pi / n) for n in (MINUTES, 7))
    return Circles(*(np.array([s.sin().to_numpy(), s.cos().to_numpy()]) for s in (day, week)))


def session_clock_rows(question: Question, into: Floats32) -> None:
    """Fill `session_clock`'s features of every query."""
    points = circles()
    _fill(question.visible.cut_ms, points.day, points.week, into)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _fill(
    cut_ms: Ints, day: npt.NDArray[np.float64], week: npt.NDArray[np.float64], into: Floats32
) -> None:  # pragma: no cover
    for query in range(len(cut_ms)):
        hour, weekday = hour_of(cut_ms[query]), weekday_of(cut_ms[query])
        minute = minute_of(cut_ms[query])
        into[0, query], into[1, query] = hour, hour // HOURS_A_DAYPART
        into[2, query], into[3, query] = weekday, weekday >= SATURDAY
        into[4, query], into[5, query] = day[0, minute], day[1, minute]
        into[6, query], into[7, query] = week[0, weekday - 1], week[1, weekday - 1]
