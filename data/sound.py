"""What is read from a file is looked at before a kernel believes it: compiled code reads wherever a number sends it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.errors import AisleError

DENSE = 2**26
"""Codes are counted from 0 without gaps: arrays by code may be so long for any table, or `ROOM` times its rows."""
ROOM = 1_000
MEND = "remove it, and the same run builds it again"


class UnsoundError(ValueError):
    """A file holds what it cannot: how, in a few words."""


@contextlib.contextmanager
def opening(what: Path, mend: str = MEND) -> Iterator[None]:
    """Say in one line where something cannot be opened that an earlier run has written.

    Parameters
    ----------
    what
        The file or folder that messages name.
    mend
        What helps.

    Raises
    ------
    AisleError
        Whatever a library says of it, or panics with.
    """
    try:
        yield
    except (AisleError, MemoryError):
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        said = " ".join(str(error).split())[:200] or type(error).__name__
        said = f"it lacks `{error.args[0]}`" if isinstance(error, KeyError) and error.args else said
        raise AisleError(f"{what}: is damaged ({said}); {mend}.") from error


def need(sound: object, otherwise: str) -> None:
    """Refuse what is not sound."""
    if not sound:
        raise UnsoundError(otherwise)


def need_codes(codes: npt.NDArray[np.integer], below: int | None, name: str, *, unknown: bool = False) -> None:
    """Refuse codes below 0 (-1 where `unknown` ones may stand), or not below a number; without one, far from dense."""
    if not len(codes):
        return
    least, most = int(codes.min()), int(codes.max())
    need(least >= (-1 if unknown else 0), f"`{name}` has the code {least}")
    if below is not None:
        need(most < below, f"`{name}` has the code {most:,} of {below:,}")
    else:
        need(most < max(DENSE, ROOM * len(codes)), f"`{name}` has the code {most:,} in {len(codes):,} rows")


def need_finite(values: npt.NDArray[np.floating], name: str) -> None:
    """Refuse values that are no numbers or without end."""
    wrong = len(values) and not np.isfinite(values).all()
    need(not wrong, f"`{name}` has values that are no numbers")


def need_starts(starts: npt.NDArray[np.integer], end: int, name: str) -> None:
    """Refuse places where parts start that do not begin at 0, rise and close with the end."""
    need(len(starts) and starts[0] == 0 and starts[-1] == end, f"`{name}` does not reach from 0 to {end:,}")
    need((starts[1:] >= starts[:-1]).all(), f"`{name}` does not rise")


def array_of(file: Path, kind: type[np.generic], dimensions: int = 1, *, mapped: bool = False) -> npt.NDArray[Any]:
    """An array from a file of numpy's: of one type and so many dimensions, and no objects, which could run code.

    Parameters
    ----------
    file
        The file.
    kind, dimensions
        What it must hold.
    mapped
        Whether it is read where it is touched, and not at once.
    """
    array: npt.NDArray[Any] = np.load(file, mmap_mode="r" if mapped else None, allow_pickle=False)
    need(isinstance(array, np.ndarray), f"{file.name} is no array")
    need(array.dtype == np.dtype(kind), f"{file.name} holds {array.dtype}, not {np.dtype(kind)}")
    need(array.ndim == dimensions, f"{file.name} has {array.ndim} dimensions, not {dimensions}")
    plain: npt.NDArray[Any] = np.asarray(array)
    return plain
