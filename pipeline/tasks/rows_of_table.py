"""The rows of a labelled table as arrays: who belongs together, and when each happened."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from data.files import require_columns
from data.labelled.config import Labelled
from data.labelled.labels import targets_of
from data.labelled.materialise import ROWS
from data.tables import scan_all
from features.rows.config import RowFeatures
from features.rows.describer import RowDescriber, Targets
from pipeline.store.task import Artifact

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class TaughtRows:
    """The rows that are learnt from, described.

    Parameters
    ----------
    frame
        As they were read, with their labels.
    describer, features
        What describes them, and what it says of them; means of the target are told by others' rows.
    targets
        By horizon, shortest first.
    groups
        (rows,) who belongs together.
    """

    frame: pl.DataFrame
    describer: RowDescriber
    features: pl.DataFrame
    targets: Targets
    groups: Ints

    @classmethod
    def of(cls, rows: Artifact, table: Labelled, features: RowFeatures, group: str | None) -> "TaughtRows":
        """Read and describe `LabelledRows`: labels are read for nothing but targets."""
        frame = read_rows(rows)
        targets, groups = targets_of(frame, table), groups_of(frame, group)
        describer, described = RowDescriber.fit(frame.drop(table.horizons.values()), targets, groups, features)
        return cls(frame, describer, described, targets, groups)


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
