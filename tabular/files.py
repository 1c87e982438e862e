"""Flat tables on disk: read whole, checked against the settings that name their columns, predictions written alike."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from data.boundary import told
from data.errors import AisleError
from data.fault import refuse_faults
from data.files import read_batches, require_columns
from data.formats import LogFormat
from data.listed import listed
from data.opening.paths import named_files
from data.shapes.column_types import plain_columns
from data.shortened import sample
from learning.columns import misfits, tidy


def read_table(path: str, separator: str | None, left_out: str = "") -> pl.DataFrame:
    """All rows of a table.

    Parameters
    ----------
    path, separator
        The file - or several, as `data.opening.paths.named_files` takes them -, and what stands between the fields of
        a CSV.
    left_out
        Columns that nobody uses, with commas between: they may hold what cannot be read.

    Raises
    ------
    AisleError
        If it has none, or a column or a row that cannot be read.
    """
    batches = []
    for file in named_files(path, "table").files:
        with told(file, "the table"):
            for batch in read_batches(file, LogFormat(separator=separator)):
                batches.append(_plain(batch, file, listed(left_out)))
    with told(Path(path), "the table's files"):
        table = pl.concat(batches, how="vertical_relaxed") if batches else pl.DataFrame()
    if not table.height:
        raise AisleError(f"{path}: the file has no rows.")
    return table


def _plain(batch: pl.DataFrame, path: Path, left_out: Sequence[str]) -> pl.DataFrame:
    odd = [name for name, dtype in batch.schema.items() if name in left_out and not _is_simple(dtype)]
    plain = plain_columns(batch.with_columns(pl.lit(None).alias(name) for name in odd), path, kept=batch.columns)
    return refuse_faults(plain, path)


def _is_simple(dtype: pl.DataType) -> bool:
    return dtype.is_numeric() or dtype in (pl.String, pl.Boolean)


def check_fits(asked: pl.DataFrame, learnt: pl.DataFrame, path: str) -> None:
    """Refuse a table to predict whose columns hold something else than those that were learnt from.

    Parameters
    ----------
    asked
        The table at `path`.
    learnt
        The columns that were learnt from, as they were read.

    Raises
    ------
    AisleError
        Naming the first such column, and a value.
    """
    like = tidy(learnt)
    for name, (count, value) in misfits(asked, like).items():
        kind = "numbers" if like.schema[name].is_numeric() else "times"
        raise AisleError(
            f"{path}: column `{sample(name)}` was learnt from as {kind}, and {count:,} of {asked.height:,} rows hold "
            f"something else, such as '{sample(value)}'; mend it, or give it to --leave-out."
        )


def check_columns(table: pl.DataFrame, path: str, single: Mapping[str, str | None], several: Mapping[str, str]) -> None:
    """Refuse settings that name no column of the table at `path`.

    Parameters
    ----------
    table
        What was read.
    path
        Its file.
    single
        Settings that name one column, or none.
    several
        Settings that name columns with commas between.

    Raises
    ------
    AisleError
        Naming the setting.
    """
    for setting, name in single.items():
        if name is not None:
            require_columns(table, [name], Path(path), f"set `{setting}` to one of them")
    for setting, names in several.items():
        require_columns(table, listed(names), Path(path), f"mend `{setting}`")


def with_key(table: pl.DataFrame, key: str | None, target: str, said: Iterable[pl.Series]) -> pl.DataFrame:
    """Predictions beside their rows' key (the row's number, from 1, without one) and the target where it is known."""
    named = table[key] if key else pl.Series("row", np.arange(1, table.height + 1))
    known = [table[target]] if target in table.columns and target != key else []
    return pl.DataFrame([named, *known, *said])


def write_like(path: str, predictions: pl.DataFrame, stem: Path) -> None:
    """Write predictions at `stem`, as parquet where the table at `path` is, else as CSV."""
    if path.endswith(".parquet"):
        predictions.write_parquet(stem.with_suffix(".parquet"))
    else:
        predictions.write_csv(stem.with_suffix(".csv"))
