"""Columns whose rows hold several values: lists and maps as Arrow keeps them, from flat arrays of entries."""

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Arrow: TypeAlias = Any  # an array: the stubs of pyarrow know too few kinds


class Entries(NamedTuple):
    """The values of some rows, one row's after the other's.

    Attributes
    ----------
    row
        (e) int64, ascending: whose they are.
    code
        (e) int64, distinct within a row and ascending: what they are of, such as an app.
    """

    row: Ints
    code: Ints


def distinct(row: Ints, code: Ints, codes: int) -> Entries:
    """Each (row, code) once, in order.

    Parameters
    ----------
    row, code
        (e) int64, with repeats, in any order.
    codes
        Above every code.
    """
    both = np.unique(row * codes + code)
    return Entries(both // codes, both % codes)


def summed(row: Ints, code: Ints, codes: int, *amounts: Floats) -> tuple[Entries, list[Floats]]:
    """Each (row, code) once, with the sums of its amounts."""
    both, place = np.unique(row * codes + code, return_inverse=True)
    return Entries(both // codes, both % codes), [totals(place, amount, len(both)) for amount in amounts]


def totals(row: Ints, amount: Floats, n: int) -> Floats:
    """The sum of each of n rows' amounts, added in their order."""
    return np.bincount(row, amount, n).astype(np.float64)


def list_column(row: Ints, shown: Bools, values: Arrow) -> Arrow:
    """A list a row, null where it is not shown.

    Parameters
    ----------
    row
        (e) int64, ascending: the row of each value.
    shown
        (n) bool.
    values
        (e) array.
    """
    kept = shown[row]
    return pa.ListArray.from_arrays(_offsets(row[kept], shown), values.filter(pa.array(kept)))


def map_column(row: Ints, shown: Bools, keys: Arrow, values: Arrow) -> Arrow:
    """A map a row, null where it is not shown; see `list_column`."""
    kept = shown[row]
    mask = pa.array(kept)
    return pa.MapArray.from_arrays(_offsets(row[kept], shown), keys.filter(mask), values.filter(mask))


def pair_column(row: Ints, shown: Bools, names: tuple[str, str], keys: Arrow, values: Arrow) -> Arrow:
    """A list of structs of two fields a row, null where it is not shown; see `list_column`."""
    return list_column(row, shown, pa.StructArray.from_arrays([keys, values], list(names)))


def _offsets(row: Ints, shown: Bools) -> Arrow:
    """Where each row's values begin; null is how Arrow's constructors are told of a null list."""
    ends = np.append(0, np.cumsum(np.bincount(row, minlength=len(shown))))
    return pa.array(ends.astype(np.int32), mask=np.append(~shown, False))
