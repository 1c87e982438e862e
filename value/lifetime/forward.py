"""Later rows judged by earlier ones, where what taught them was known in full before."""

import numpy as np
import numpy.typing as npt

from value.money.folds import FEWEST, TAUGHT, Fold


def forward_folds(time: npt.NDArray[np.int64], matured: npt.NDArray[np.bool_], number: int, apart: int) -> list[Fold]:
    """Folds in time whose taught rows lie so far before the judged ones that their targets were known.

    Rows after the earliest 40 % are judged, in stretches of about equal counts; rows of one moment lie in one.
    Stretches with fewer than 30 rows on either side are left out.

    Parameters
    ----------
    time
        (rows,) moments in ms.
    matured
        (rows,) whether the row's target is known; others neither teach nor are judged.
    number
        Of folds.
    apart
        ms between a taught row's moment and the judged stretch's first at least: the horizon.
    """
    known = np.sort(time[matured])
    if not number or not len(known):
        return []
    places = (len(known) * (TAUGHT + (1 - TAUGHT) * np.arange(number) / number)).astype(int)
    edges = np.unique(known[places])
    folds = []
    for place, edge in enumerate(edges):
        later = matured & (time >= edge)
        if place + 1 < len(edges):
            later &= time < edges[place + 1]
        taught = np.flatnonzero(matured & (time + apart <= edge) & (time < edge))
        judged = np.flatnonzero(later)
        if len(judged) >= FEWEST and len(taught) >= FEWEST:
            folds.append((taught, judged))
    return folds
