"""Rows of a history's table, looked up by code, by a second key and as of a moment."""

import numba
import numpy as np
import numpy.typing as npt

from features.kernels.search import lower_bound

Ints = npt.NDArray[np.int64]
Floats32 = npt.NDArray[np.float32]
DAY_MS = 86_400_000


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def order_of(first: Ints, second: Ints, ts: Ints) -> tuple[bool, int]:  # pragma: no cover
    """Whether rows rise by their keys, and how many have the key of the row before; `second` and `ts` may be empty."""
    repeated = 0
    for row in range(1, len(first)):
        step = first[row] - first[row - 1]
        if step == 0 and len(second):
            step = second[row] - second[row - 1]
        if step == 0 and len(ts):
            step = ts[row] - ts[row - 1]
        if step < 0:
            return False, 0
        repeated += step == 0
    return True, repeated


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def fill_rows(
    starts: Ints,
    second: Ints,
    ts: Ints,
    values: Floats32,
    missing: Floats32,
    asked: Ints,
    asked_second: Ints,
    moment: Ints,
    into: Floats32,
) -> None:  # pragma: no cover
    """Fill `into`, (features, rows), with the features of every asked key.

    Parameters
    ----------
    starts
        Where the rows of each first key start, and the end.
    second
        The second keys, rising within a first one; empty if the table has none.
    ts
        The moments from which rows hold, rising within a key; empty if they hold at all times. If there are any, the
        last row strictly before `moment` counts, and the last feature is the days from it to then.
    values
        (rows, features).
    missing
        A feature each: what stands where there is no row.
    asked, asked_second, moment
        What is looked up; codes that the table does not know have no row. `asked_second` and `moment` are read if
        there are such keys.
    into
        Room for the answers.
    """
    for row in range(len(asked)):
        code = asked[row]
        low, high = 0, 0
        if 0 <= code < len(starts) - 1:
            low, high = starts[code], starts[code + 1]
        if len(second):
            low = lower_bound(second, low, high, asked_second[row])
            high = lower_bound(second, low, high, asked_second[row] + 1)
        if len(ts):
            high = lower_bound(ts, low, high, moment[row])
        if low == high:
            into[:, row] = missing
            continue
        for feature in range(values.shape[1]):
            into[feature, row] = values[high - 1, feature]
        if len(ts):
            into[values.shape[1], row] = np.float64(moment[row] - ts[high - 1]) / DAY_MS
