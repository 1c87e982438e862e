"""The rows of a labelled table as arrays: who belongs together, and when each happened."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from data.files import require_columns
from data.labelled.config import Labelled
from data.labelled.materialise import ROWS
from data.tables import scan_all
from pipeline.store.task import Artifact

Ints = npt.NDArray[np.int64]


def read_rows(rows: Artifact) -> pl.DataFrame:
    """All rows of `LabelledRows`, part after part."""
    files = sorted((rows.path / ROWS).iterdir())
    return scan_all(files).collect()


def groups_of(frame: pl.DataFrame, group: str | None) -> Ints:
    """(rows,) a number a group; each row is its own where no column is named, and where it has no value.

    Raises
    ------
    AisleError
        If there is no such column.
    """
    own = np.arange(frame.height)
    if group is None:
        return own
    require_columns(frame, [group], Path("the table"), "set `ltv.table.group` to one of them")
    codes = frame[group].cast(pl.String).rank("dense").cast(pl.Int64) + frame.height
    return np.where(codes.is_null().to_numpy(), own, codes.fill_null(0).to_numpy())


def moments_of(frame: pl.DataFrame, table: Labelled) -> Ints:
    """(rows,) each row's moment in ms."""
    return frame[table.moment].dt.epoch("ms").fill_null(0).to_numpy()
