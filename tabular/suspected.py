"""Columns of a table that is classified which are too good: told, since they may be right, and stopping nothing."""

import polars as pl

from learning.columns import Columns, tidy
from tabular.classified_rows import FlatTable
from tabular.profile.leaks import tells_the_target
from tabular.profile.target import target_of


def suspected(table: pl.DataFrame, columns: Columns, flat: FlatTable) -> list[str]:
    """What `pipeline.profile --table` would suspect to be known too early."""
    plain = tidy(table)
    return tells_the_target(plain, columns, target_of(plain[flat.target].cast(pl.String), flat.table))
