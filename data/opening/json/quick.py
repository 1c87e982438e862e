"""Lines that a format's own kernel has read, and those that it has left to the general reader."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data.fault import Lost

Ints = NDArray[np.int64]


class Quick(NamedTuple):
    """What a kernel has made of a text.

    Attributes
    ----------
    frame
        (n) rows of the fields that are asked for, a line each, as the general reader would read them.
    lines
        (n) int64, the lines that they stand on, counted from 0 in the text, ascending.
    others
        (m) int64, the lines that are not read.
    """

    frame: pl.DataFrame
    lines: Ints
    others: Ints


Reading = Callable[[bytes], Quick | None]
"""Lines with their ends -> what is read of them; null: nothing is."""

MOST_OTHERS = 0.05
"""Of the lines that may be of another form; with more the general reader reads all of them at once."""


def mostly(quick: Quick | None) -> bool:
    """Whether enough is read that the rest may be read by itself."""
    return quick is not None and len(quick.others) <= MOST_OTHERS * (len(quick.lines) + len(quick.others))


def with_others(quick: Quick, frame: pl.DataFrame, faults: list[Lost], lines: Ints) -> tuple[pl.DataFrame, list[Lost]]:
    """All rows in the order of their lines, and the faults at their places among all lines that are not blank.

    Parameters
    ----------
    quick
        What the kernel has read.
    frame, faults
        What the general reader makes of the other lines that are not blank, in their order.
    lines
        Which those are, counted as in `quick`.
    """
    wrong = np.zeros(len(lines), np.bool_)
    wrong[[fault.row for fault in faults]] = True
    places = np.append(quick.lines, lines[~wrong])
    rows = pl.concat([quick.frame, frame])[np.argsort(places, kind="stable")]
    all_lines = np.sort(np.append(quick.lines, lines))
    where = np.searchsorted(all_lines, lines)
    return rows, [Lost(int(where[fault.row]), fault.why) for fault in faults]
