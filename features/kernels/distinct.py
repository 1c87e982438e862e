"""Numbers for the distinct values of a session, in the order in which they come: a small hash table."""

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
MIX = 2_654_435_761
"""Knuth's multiplier, so that neighbouring codes do not crowd."""


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def table_for(starts: Ints) -> Ints:  # pragma: no cover
    """Room for the longest of some sessions, given where each starts."""
    longest = 1
    for query in range(len(starts) - 1):
        longest = max(longest, starts[query + 1] - starts[query])
    return np.empty(_size(longest), np.int64)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def emptied(table: Ints, values: int) -> Ints:  # pragma: no cover
    """As much of the table as so many values need, without any."""
    mine = table[: _size(values)]
    mine[:] = -1
    return mine


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def place_of(table: Ints, known: Ints, value: int) -> int:  # pragma: no cover
    """Where in the table a value's number stands, or would: -1 is there if it is new.

    Parameters
    ----------
    table
        Numbers of values, -1 where there is none; a power of two long, and not full.
    known
        The values by their numbers.
    value
        What is looked up.
    """
    last = len(table) - 1
    place = ((value * MIX) >> 15) & last
    while table[place] >= 0 and known[table[place]] != value:
        place = (place + 1) & last
    return place


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _size(values: int) -> int:  # pragma: no cover
    size = 2
    while size < 2 * values:
        size *= 2
    return size
