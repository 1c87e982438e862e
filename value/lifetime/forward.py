"""Folds of lifetime rows: whole groups apart, and later rows judged by rows whose targets were known before."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from value.lifetime.rows import LifetimeRows, horizon_days
from value.money.folds import TAUGHT, group_folds

DAY = 86_400_000
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LifetimeFold:
    """Rows that teach and rows that are judged.

    Parameters
    ----------
    taught, judged
        Positions.
    until
        The moment, in ms, by which a taught row's horizon must be over for it to teach that horizon; null where it need
        not be.
    """

    taught: Places
    judged: Places
    until: int | None = None

    def teaching(self, rows: LifetimeRows, horizon: str) -> Places:
        """The positions of the rows that teach a horizon."""
        known = rows.matured(horizon)[self.taught]
        if self.until is not None:
            known &= rows.time[self.taught] + horizon_days(horizon) * DAY <= self.until
        return self.taught[known]


def lifetime_group_folds(rows: LifetimeRows, number: int) -> list[LifetimeFold]:
    """Folds of whole groups, all of whose matured horizons teach."""
    return [LifetimeFold(taught, judged) for taught, judged in group_folds(rows.group, number)]


def lifetime_forward_folds(rows: LifetimeRows, number: int, *, apart: bool) -> list[LifetimeFold]:
    """Folds in time.

    Rows after the earliest 40 % are judged, in stretches of about equal counts; rows of one moment lie in one.

    Parameters
    ----------
    rows
        Those whose shortest horizon has not matured neither teach nor are judged.
    number
        Of folds.
    apart
        Whether what teaches a horizon must have been known in full when the judged stretch begins.
    """
    matured = rows.matured(rows.horizons[0])
    known = np.sort(rows.time[matured])
    if not number or not len(known):
        return []
    places = (len(known) * (TAUGHT + (1 - TAUGHT) * np.arange(number) / number)).astype(int)
    edges = np.unique(known[places])
    folds = []
    for place, edge in enumerate(edges):
        later = matured & (rows.time >= edge)
        if place + 1 < len(edges):
            later &= rows.time < edges[place + 1]
        earlier = np.flatnonzero(matured & (rows.time < edge))
        if len(earlier):
            folds.append(LifetimeFold(earlier, np.flatnonzero(later), int(edge) if apart else None))
    return folds
