"""Rows that are there many times are asked for once: of customers with few purchases most are alike."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def distinct(*columns: Floats) -> tuple[list[Floats], Floats, npt.NDArray[Any]]:
    """The distinct rows of columns, in order; how often each is there; and which of them each row is, (n,)."""
    order = np.lexsort(columns[::-1])
    lined = [column[order] for column in columns]
    new = np.zeros(len(order), dtype=bool)
    new[:1] = True
    for column in lined:
        new[1:] |= column[1:] != column[:-1]
    first = np.flatnonzero(new)
    place = np.empty(len(order), np.int64)
    place[order] = np.cumsum(new) - 1
    return [column[first] for column in lined], np.diff(np.append(first, len(order))).astype(np.float64), place
