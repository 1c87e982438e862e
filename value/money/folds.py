"""Which rows teach and which are judged: whole groups apart, and later rows by earlier ones."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import GroupKFold

Fold = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
TAUGHT = 0.4  # share of the rows, the earliest, that are never judged by `forward_folds`
FEWEST = 30  # rows of a forward fold below which it says nothing


def group_folds(groups: npt.NDArray[Any], number: int) -> list[Fold]:
    """Folds of whole groups: (taught, judged) positions.

    Raises
    ------
    ValueError
        If there are fewer than two groups.
    """
    known = len(np.unique(groups))
    if known < 2:
        raise ValueError(f"`group` must hold at least 2 groups to hold one out, got {known}.")
    some = np.zeros(len(groups))
    return [(np.asarray(a), np.asarray(b)) for a, b in GroupKFold(min(number, known)).split(some, some, groups)]


def forward_folds(time: npt.NDArray[Any], number: int) -> list[Fold]:
    """Folds in time: each judged stretch of about equal rows is taught by all that lies before it.

    A customer may stand on both sides, as in use. The first stretch begins after the earliest 40 % of the rows; rows
    of one moment lie on one side. Stretches of fewer than 30 rows are left out.

    Parameters
    ----------
    time
        (rows,) numbers or moments that can be put in order.
    number
        Of folds; 0 for none.
    """
    order = np.sort(time)
    places = (len(order) * (TAUGHT + (1 - TAUGHT) * np.arange(number + 1) / max(number, 1))).astype(int)
    edges = [order[min(place, len(order) - 1)] for place in places[:-1]] if len(order) else []
    folds = []
    for place, edge in enumerate(edges):
        later = time >= edge
        if place + 1 < len(edges):
            later &= time < edges[place + 1]
        taught, judged = np.flatnonzero(time < edge), np.flatnonzero(later)
        if len(judged) >= FEWEST and len(taught) >= FEWEST:
            folds.append((taught, judged))
    return folds
