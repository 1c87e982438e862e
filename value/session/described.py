"""From described sessions of a log to the rows that a value model learns from."""

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import polars as pl

from value.money.rows import ValueRows
from value.session.naive import Naive
from value.session.targets import Targets

NO_USER = 2**32  # codes of users lie below


def feature_names(table: pl.DataFrame, left_out: Collection[str] = ()) -> list[str]:
    """The features of described sessions, without those of some groups."""
    return [name for name in table.columns if "__" in name and name.split("__")[0] not in left_out]


def value_rows(table: pl.DataFrame, names: list[str], targets: Targets, naive: Naive) -> ValueRows:
    """Rows with a target as a model learns from them.

    Parameters
    ----------
    table
        Described sessions; their order is the rows'.
    names
        The features that are learnt from.
    targets
        What the target means: values so far anchor a final value that events make up, and nothing else.
    naive
        The naive answers.
    """
    return ValueRows(
        features=table.select(names),
        target=table["target"].to_numpy(),
        group=owners(table),
        so_far=anchor(table, targets),
        time=table["start_ts"].dt.epoch("ms").to_numpy(),
        known=naive(table),
    )


def anchor(table: pl.DataFrame, targets: Targets) -> npt.NDArray[np.float64] | None:
    """The values so far where they are a part of the target; null elsewhere."""
    if targets.kind == "label" or targets.of == "remaining":
        return None
    return table["so_far"].fill_null(0.0).to_numpy()


def owners(table: pl.DataFrame) -> npt.NDArray[np.int64]:
    """Who a row belongs to: its user, else its session."""
    own = pl.coalesce(pl.col("user").cast(pl.Int64), pl.col("session").cast(pl.Int64) + NO_USER)
    return table.select(owner=own)["owner"].to_numpy()
