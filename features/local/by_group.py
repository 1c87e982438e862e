"""A feature's known values, group by group of the taught rows."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from features.local.levels import Codes
from features.local.rows import LocalRows, numbers_of
from features.local.settings import Beside, Local

Floats32 = npt.NDArray[np.float32]
ALL: Final = -1
"""The code of the group that all rows are in, with which rows of small groups are compared."""


def grouping_columns(local: Local, _: list[str]) -> tuple[str, ...]:
    """The columns that group rows."""
    return local.beside.by


def known_by_group(rows: LocalRows, beside: Beside) -> Iterator[tuple[str, str, int, Floats32]]:
    """(feature, column, code, ascending values): all rows' first, then those of each group that has enough.

    Features that nobody has are passed over; a level that no taught row has is no group.
    """
    for by in beside.by:
        codes, size = rows.codes[by], rows.levels.size(by)
        for feature in beside.of:
            values = numbers_of(rows.features, feature)
            known = ~np.isnan(values)
            if known.any():
                yield from (
                    (feature, by, *group) for group in _groups(values[known], codes[known], size, beside.fewest)
                )


def _groups(values: Floats32, codes: Codes, size: int, fewest: int) -> Iterator[tuple[int, Floats32]]:
    yield ALL, np.sort(values)
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=size + 2))
    for code in range(size + 1):
        at = order[ends[code - 1] if code else 0 : ends[code]]
        if len(at) >= fewest:
            yield code, np.sort(values[at])
