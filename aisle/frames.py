"""A log given as a frame: written into the working directory once, known by what it holds."""

import hashlib
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from data.aside import ASIDE
from data.errors import AisleError
from data.given import as_frame

FILE = "log.parquet"
ROWS = 1_000_000
"""Rows that are hashed at once."""


def writable(given: object, name: str) -> pl.DataFrame:
    """A table of Polars or pandas as a frame that a file can hold.

    Parameters
    ----------
    given
        The table.
    name
        What messages call it.

    Raises
    ------
    AisleError
        If it is no table, or holds Python objects.
    """
    frame = as_frame(given, name)
    objects = [column for column, kind in frame.schema.items() if kind == pl.Object]
    if objects:
        raise AisleError(f"`{name}`: columns {objects} hold Python objects; turn them into text, numbers or times.")
    return frame


def fingerprint(frame: pl.DataFrame) -> str:
    """A hash of a frame's columns, types and values, whatever its pieces in memory are."""
    digest = hashlib.sha256(repr(frame.schema).encode())
    for rows in frame.iter_slices(ROWS):
        written = io.BytesIO()
        # encoded by value: Arrow's buffers would hold what once stood in other places, too
        rows.rechunk().write_parquet(written, compression="uncompressed", statistics=False)
        digest.update(written.getbuffer())
    return digest.hexdigest()


@dataclass(frozen=True)
class GivenFrame:
    """log.parquet: a frame that was given in place of a file.

    Parameters
    ----------
    holds
        Its `fingerprint`.
    frame
        The frame itself.
    """

    holds: str
    frame: pl.DataFrame = field(metadata=ASIDE, compare=False, repr=False)

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        self.frame.write_parquet(into / FILE)
        return {"rows": self.frame.height}
