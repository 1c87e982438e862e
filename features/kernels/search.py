"""Looking a value up in rising ones."""

import numba
import numpy as np
import numpy.typing as npt


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def lower_bound(rising: npt.NDArray[np.int64], low: int, high: int, wanted: int) -> int:  # pragma: no cover
    """The first place in [low, high) whose value is not below the wanted one; `high` if there is none."""
    while low < high:
        middle = (low + high) // 2
        if rising[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low
