"""Places of items among those that were known at a moment: a Fenwick tree over item codes, filled in time's order."""

import numba
import numpy as np
import numpy.typing as npt


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def known_below(
    items: npt.NDArray[np.int64],
    since: npt.NDArray[np.int64],
    asked: npt.NDArray[np.int64],
    moments: npt.NDArray[np.int64],
    size: int,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:  # pragma: no cover
    """How many items with smaller codes, and how many items, were known strictly before each moment.

    Parameters
    ----------
    items, since
        Codes and the moments from which they are known, sorted by moment.
    asked, moments
        Codes to place and the moments to place them at, sorted by moment.
    size
        Above all codes.

    Returns
    -------
    tuple
        Both counts, in the order of `asked`. Fenwick 1994.
    """
    tree = np.zeros(size + 1, np.int64)
    below, known = np.zeros(len(asked), np.int64), np.zeros(len(asked), np.int64)
    filled = 0
    for row in range(len(asked)):
        while filled < len(items) and since[filled] < moments[row]:
            place = items[filled] + 1
            while place <= size:
                tree[place] += 1
                place += place & -place
            filled += 1
        place = asked[row]
        while place > 0:
            below[row] += tree[place]
            place -= place & -place
        known[row] = filled
    return below, known
